"""The platform's metrics. Label values come from the contracts, never from input, so their number is bounded."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

CALL_SECONDS = Histogram(
    "thriftshop_call_seconds",
    "Duration of calls to contexts, measured by the caller.",
    ["service", "method", "outcome"],
    buckets=BUCKETS,
)
SERVED_CALL_SECONDS = Histogram(
    "thriftshop_served_call_seconds",
    "Duration of calls served by this process, by caller.",
    ["service", "method", "caller", "outcome"],
    buckets=BUCKETS,
)
REFUSED_REQUESTS = Counter(
    "thriftshop_refused_requests_total", "Thrift requests refused before they reached a service, by code.", ["code"]
)
RPC_RETRIES = Counter("thriftshop_rpc_retries_total", "Retried calls to a context.", ["context", "reason"])
RPC_TURNED_AWAY = Counter(
    "thriftshop_rpc_turned_away_total", "Calls not begun because too many were in flight.", ["context"]
)
# With several workers, calls in flight are summed, and a replica is excluded if any worker excludes it.
RPC_IN_FLIGHT = Gauge(
    "thriftshop_rpc_in_flight",
    "Calls in flight to a context over the network.",
    ["context"],
    multiprocess_mode="livesum",
)
RPC_REPLICAS_OUT = Gauge(
    "thriftshop_rpc_replicas_out",
    "Replicas of a context that are currently excluded.",
    ["context"],
    multiprocess_mode="livemax",
)
EVENTS_APPENDED = Counter("thriftshop_events_appended_total", "Events appended to the log, by kind.", ["topic", "kind"])
APPEND_SECONDS = Histogram(
    "thriftshop_append_seconds",
    "Duration of appends to the log: ok, refused because of another append, or failed.",
    ["topic", "outcome"],
    buckets=BUCKETS,
)
EVENTS_PUBLISHED = Counter("thriftshop_events_published_total", "Events that a relay published to Kafka.", ["topic"])
EVENTS_CONSUMED = Counter("thriftshop_events_consumed_total", "Events processed by a consumer group.", ["group"])
CONSUMER_SECONDS = Histogram(
    "thriftshop_consumer_seconds",
    "How long a consumer group takes for a batch of events, by outcome; a failed batch is processed event by event.",
    ["group", "outcome"],
    buckets=BUCKETS,
)
FRESHNESS = Histogram(
    "thriftshop_freshness_seconds",
    "Time from an event's recording until a consumer group or a broadcast has processed it.",
    ["group"],
    buckets=BUCKETS,
)
DEAD_LETTERS = Counter("thriftshop_dead_letters_total", "Events that a consumer group could not process.", ["group"])
CONSUMER_LAG = Gauge(
    "thriftshop_consumer_lag_events",
    "Events that a consumer group has not processed yet; NaN if the log's owner does not answer.",
    ["group"],
    multiprocess_mode="livemostrecent",
)
CONSUMER_STALLED = Gauge(
    "thriftshop_consumer_stalled_seconds",
    "How long a lagging consumer group has made no progress, whichever process holds its lease; otherwise 0.",
    ["group"],
    multiprocess_mode="livemostrecent",
)
POOL_LIMIT = Gauge(
    "thriftshop_pool_limit", "The most that a pool has: threads or connections.", ["pool"], multiprocess_mode="livesum"
)
POOL_BUSY = Gauge(
    "thriftshop_pool_busy", "Threads or connections of a pool that are in use.", ["pool"], multiprocess_mode="livesum"
)
POOL_WAITING = Gauge(
    "thriftshop_pool_waiting",
    "Calls that wait for a thread or connection of a pool.",
    ["pool"],
    multiprocess_mode="livesum",
)
COMMANDS_WAITING = Gauge(
    "thriftshop_commands_waiting", "Commands that wait to be committed.", ["topic"], multiprocess_mode="livesum"
)
LOOP_DELAY = Histogram(
    "thriftshop_event_loop_delay_seconds",
    "How much later than planned the event loop runs a timer: it computes, or waits for the processor.",
    buckets=BUCKETS,
)
