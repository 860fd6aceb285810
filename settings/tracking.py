"""The settings of tracking."""

from settings import variables

# Events that wait in a gateway process for the analytics service; how often they are sent (0: only on request, for tests);
# and how many a client address may send a minute to each process, 0 for no limit. Without trusted proxies all clients may
# have the address of a proxy: then there is no limit by default.
TRACK_BUFFER = variables.number("TRACK_BUFFER", 20_000)
TRACK_FLUSH_SECONDS = variables.decimal("TRACK_FLUSH_SECONDS", 0.1)
TRACK_RATE_ADDRESS = variables.number("TRACK_RATE_ADDRESS", 6_000 if variables.number("PROXIES", 0) else 0)
