"""The rules of orders as pure functions: validation, commands and their events, and the state after each event."""
