"""Analytics: what visitors do in the shop."""
