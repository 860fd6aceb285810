"""The catalog's rules as pure functions, a module per noun."""
