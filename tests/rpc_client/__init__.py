"""Calls over HTTP/2 as the caller makes them: against peers of every kind, over real sockets."""
