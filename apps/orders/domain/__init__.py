"""The rules of orders, as pure functions: what may be asked, what happens then, and what an order is after it."""
