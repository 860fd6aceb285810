"""A shop on stock graphene-django, written as its documentation shows it; `tests.load.peers.shops` measures it."""
