"""Traces and logs as a collector receives them."""
