"""Metrics of subscriptions. Label values are transports, fields of the schema, and the codes and reasons of this package."""

from prometheus_client import Counter, Gauge, Histogram

from thriftshop.telemetry import metrics

CONNECTIONS = Gauge(
    "thriftshop_live_connections",
    "Open WebSockets, and streams of server-sent events.",
    ["transport"],
    multiprocess_mode="livesum",
)
SUBSCRIPTIONS = Gauge(
    "thriftshop_live_subscriptions", "Open subscriptions, by field.", ["field"], multiprocess_mode="livesum"
)
PUSHES = Counter("thriftshop_live_pushes_total", "Results sent to subscribers.", ["field"])
EXECUTIONS = Counter(
    "thriftshop_live_executions_total", "Executed selections; subscribers who may see the same share one.", ["field"]
)
DROPPED = Counter(
    "thriftshop_live_dropped_total",
    "Results not sent: replaced by a newer one (coalesced), or lost with a closed connection (closed).",
    ["reason"],
)
CLOSED = Counter("thriftshop_live_closed_total", "Connections closed by the server, by close code.", ["code"])
SESSION_END_SECONDS = Histogram(
    "thriftshop_live_session_end_seconds",
    "From the recording of the end of a session to the closing of each of its connections.",
    buckets=metrics.BUCKETS,
)
PUSH_SECONDS = Histogram(
    "thriftshop_live_push_seconds",
    "From the recording of an event to the sending of the result, by field.",
    ["field"],
    buckets=metrics.BUCKETS,
)
