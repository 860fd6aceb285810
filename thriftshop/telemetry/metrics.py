"""The metrics that the platform keeps; names and labels are bounded by the contracts, never by input."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

CALL_SECONDS = Histogram(
    "thriftshop_call_seconds",
    "How long calls to contexts take, as their callers see it.",
    ["service", "method", "outcome"],
    buckets=BUCKETS,
)
SERVED_CALL_SECONDS = Histogram(
    "thriftshop_served_call_seconds",
    "How long this process took to answer calls, by who called.",
    ["service", "method", "caller", "outcome"],
    buckets=BUCKETS,
)
REFUSED_REQUESTS = Counter(
    "thriftshop_refused_requests_total", "Thrift requests that did not come as far as a service, by why.", ["code"]
)
RPC_RETRIES = Counter(
    "thriftshop_rpc_retries_total", "Calls to a context that were tried again.", ["context", "reason"]
)
RPC_TURNED_AWAY = Counter(
    "thriftshop_rpc_turned_away_total", "Calls that were not begun, as too many were under way.", ["context"]
)
# Several workers say so each for itself: what is under way adds up; a replica is out where any of them left it out.
RPC_IN_FLIGHT = Gauge(
    "thriftshop_rpc_in_flight",
    "Calls to a context that are under way over the network.",
    ["context"],
    multiprocess_mode="livesum",
)
RPC_REPLICAS_OUT = Gauge(
    "thriftshop_rpc_replicas_out",
    "Replicas of a context that are left out for now.",
    ["context"],
    multiprocess_mode="livemax",
)
EVENTS_APPENDED = Counter("thriftshop_events_appended_total", "Events appended to the log.", ["topic"])
EVENTS_CONSUMED = Counter("thriftshop_events_consumed_total", "Events taken by a consumer group.", ["group"])
DEAD_LETTERS = Counter("thriftshop_dead_letters_total", "Events that a group could not take.", ["group"])
CONSUMER_LAG = Gauge(
    "thriftshop_consumer_lag_events",
    "Events that a group has yet to take; NaN where the log's owner does not say.",
    ["group"],
    multiprocess_mode="livemostrecent",
)
CONSUMER_STALLED = Gauge(
    "thriftshop_consumer_stalled_seconds",
    "For how long a group that is behind has not moved, whoever holds its lease; 0 where it moves.",
    ["group"],
    multiprocess_mode="livemostrecent",
)
