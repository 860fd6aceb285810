"""How the cost of requests grows with the catalog, the cart and the streams of events."""
