"""The trade importer: replays a year of real trade through the shop's contracts."""
