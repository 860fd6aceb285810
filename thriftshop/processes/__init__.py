"""Processes: serving, readiness, graceful shutdown, and the process manager."""
