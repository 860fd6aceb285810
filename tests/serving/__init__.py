"""Tests of serving: the server and its shutdown, the image, the shop as separate services."""
