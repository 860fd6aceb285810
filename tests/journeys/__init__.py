"""Journeys through the whole shop: in one process, over real bytes, and as separate processes."""
