"""Tests of what serves: the server and its end, the image, the shop as separate services."""
