"""The metrics that the platform keeps; names and labels are bounded by the contracts, never by input."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

CALL_SECONDS = Histogram(
    "thriftshop_call_seconds",
    "How long calls between contexts take.",
    ["service", "method", "outcome"],
    buckets=BUCKETS,
)
EVENTS_APPENDED = Counter("thriftshop_events_appended_total", "Events appended to the log.", ["topic"])
EVENTS_CONSUMED = Counter("thriftshop_events_consumed_total", "Events taken by a consumer group.", ["group"])
DEAD_LETTERS = Counter("thriftshop_dead_letters_total", "Events that a group could not take.", ["group"])
CONSUMER_LAG = Gauge("thriftshop_consumer_lag_events", "Events that a group has yet to take.", ["group"])
