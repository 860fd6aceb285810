"""Thrift over HTTP: the endpoint that answers calls, and the connections that make them."""
