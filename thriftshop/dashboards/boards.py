"""Which dashboards there are and what they show: made from contexts and contracts, so that a new context has its own."""

from thriftshop import contexts, contracts
from thriftshop.contexts import ContextConfig
from thriftshop.dashboards import cluster
from thriftshop.dashboards.charts import Board, Chart
from thriftshop.dashboards.queries import Quantile, Rate, Share, Slower, Value
from thriftshop.telemetry.measures import Measure, Total

GRAPHQL, SERVED, CALLED = "thriftshop_graphql_seconds", "thriftshop_served_call_seconds", "thriftshop_call_seconds"
FRESHNESS, CONSUMER = "thriftshop_freshness_seconds", "thriftshop_consumer_seconds"
LAG, STALLED = "thriftshop_consumer_lag_events", "thriftshop_consumer_stalled_seconds"
# Outcomes of calls that are failures of the service, not refusals.
FAILED = "~INTERNAL|SERVICE_UNAVAILABLE|DEADLINE_EXCEEDED"


def all_boards() -> list[Board]:
    """Every dashboard."""
    of_contexts = [board for config in contexts.all_contexts() if (board := _context(config)).rows]
    return [_overview(), _calls(), _events(), _kafka(), _business(), _processes(), cluster.board(), *of_contexts]


def objectives() -> list[Chart]:
    """The objectives, each against its limit."""
    return [
        Chart("Operations per second", (Rate(GRAPHQL, ("type",), is_histogram=True),), "reqps"),
        Chart(
            "Duration of operations, p99", (Quantile(GRAPHQL, 0.99, ("type",), {"type": "!subscription"}),), "s", 0.5
        ),
        Chart("Time until events are visible, p99", (Quantile(FRESHNESS, 0.99),), "s", 0.1),
        Chart("Operations that fail", (Share(GRAPHQL, {"outcome": "fault"}),), "percentunit", 0.001),
        Chart(
            "Operations slower than 500 ms",
            (Slower(GRAPHQL, "0.5", (), {"type": "!subscription"}),),
            "percentunit",
            0.01,
        ),
        Chart("Events visible after more than 100 ms", (Slower(FRESHNESS, "0.1"),), "percentunit", 0.01),
    ]


def _overview() -> Board:
    return Board(
        "overview",
        "Overview",
        "The objectives, each against its limit.",
        {
            "Objectives": objectives(),
            "Behind it": [
                Chart("Operations by outcome", (Rate(GRAPHQL, ("outcome",), is_histogram=True),), "reqps"),
                Chart("Trusted operations, p99", (Quantile(GRAPHQL, 0.99, ("name",)),), "s"),
                Chart("Refused operations", (Rate("thriftshop_graphql_refused_total", ("code",)),), "reqps"),
                Chart(
                    "Operations that graphql-core executed", (Rate("thriftshop_graphql_interpreted_total"),), "reqps"
                ),
                Chart("Lag of consumer groups", (Value(LAG, ("group",), function="max"),)),
                Chart(
                    "Delay of the event loop, p99",
                    (Quantile("thriftshop_event_loop_delay_seconds", 0.99, ("instance",)),),
                    "s",
                ),
                Chart("CPU time per second", (Rate("thriftshop_process_cpu_seconds_total", ("instance",)),)),
            ],
        },
    )


def _calls() -> Board:
    return Board(
        "calls",
        "Calls between services",
        "Who calls whom: rate, failures and duration of each edge, measured by the service.",
        {
            "Map": [
                Chart("Calls per second", (Rate(SERVED, ("caller", "service"), is_histogram=True),), "reqps"),
                Chart("Duration, p99", (Quantile(SERVED, 0.99, ("caller", "service")),), "s"),
                Chart("Failed calls", (Share(SERVED, {"outcome": FAILED}, ("service",)),), "percentunit"),
                Chart("Calls by outcome", (Rate(SERVED, ("outcome",), is_histogram=True),), "reqps"),
            ],
            "Over the network": [
                Chart("Calls in flight", (Value("thriftshop_rpc_in_flight", ("context",)),)),
                Chart("Excluded replicas", (Value("thriftshop_rpc_replicas_out", ("context",), function="max"),)),
                Chart("Duration as callers see it, p99", (Quantile(CALLED, 0.99, ("service",)),), "s"),
            ],
        },
    )


def _events() -> Board:
    return Board(
        "events",
        "Events and lag",
        "From the append to the effect: what is recorded, how far consumer groups are, and how long it takes.",
        {
            "Recorded": [
                Chart("Events per second", (Rate("thriftshop_events_appended_total", ("topic",)),), "ops"),
                Chart("Duration of appends, p99", (Quantile("thriftshop_append_seconds", 0.99, ("topic",)),), "s"),
                Chart(
                    "Appends by outcome", (Rate("thriftshop_append_seconds", ("outcome",), is_histogram=True),), "ops"
                ),
                Chart("Commands that wait", (Value("thriftshop_commands_waiting", ("topic",)),)),
            ],
            "Processed": [
                Chart("Events per second", (Rate("thriftshop_events_consumed_total", ("group",)),), "ops"),
                Chart("Lag", (Value(LAG, ("group",), function="max"),)),
                Chart("Time until processed, p99", (Quantile(FRESHNESS, 0.99, ("group",)),), "s", 0.1),
                Chart("Duration of batches, p99", (Quantile(CONSUMER, 0.99, ("group",)),), "s"),
                Chart("Without progress", (Value(STALLED, ("group",), function="max"),), "s"),
                Chart("Lost exposures", (Rate("thriftshop_exposures_lost_total", is_increase=True),)),
                Chart("Dead letters", (Rate("thriftshop_dead_letters_total", ("group",), is_increase=True),)),
            ],
        },
    )


def _kafka() -> Board:
    relays = {"group": "~.*[.]relay"}
    return Board(
        "kafka-cassandra",
        "Kafka and Cassandra",
        "The shop's view of its brokers and its event store: relays, appends, and the points of metrics.",
        {
            "Relays to Kafka": [
                Chart("Published events per second", (Rate("thriftshop_events_published_total", ("topic",)),), "ops"),
                Chart("Events not published yet", (Value(LAG, ("group",), relays, "max"),)),
                Chart("Duration of publishing, p99", (Quantile(CONSUMER, 0.99, ("group",), relays),), "s"),
            ],
            "Event store": [
                Chart("Duration of appends, p50", (Quantile("thriftshop_append_seconds", 0.5, ("topic",)),), "s"),
                Chart("Duration of appends, p99", (Quantile("thriftshop_append_seconds", 0.99, ("topic",)),), "s"),
                Chart(
                    "Appends by outcome",
                    (Rate("thriftshop_append_seconds", ("topic", "outcome"), is_histogram=True),),
                    "ops",
                ),
            ],
            "Metrics": [
                Chart("Points per second", (Rate("thriftshop_metric_points_published_total", ("instance",)),), "ops"),
                Chart(
                    "Dropped points", (Rate("thriftshop_metric_points_dropped_total", ("instance",), is_increase=True),)
                ),
            ],
        },
    )


def _business() -> Board:
    rows = {
        str(config.verbose_name): [_measure(measure) for measure in config.measures]
        for config in contexts.all_contexts()
    }
    return Board(
        "business",
        "Business",
        "What the contexts measure of the shop.",
        {name: charts for name, charts in rows.items() if charts},
    )


def _processes() -> Board:
    pools = ("instance", "pool")
    return Board(
        "processes",
        "Processes and pods",
        "Saturation of each server; in Kubernetes an instance is a pod.",
        {
            "Processor and memory": [
                Chart("CPU time per second", (Rate("thriftshop_process_cpu_seconds_total", ("instance",)),)),
                Chart("Memory", (Value("thriftshop_process_resident_bytes", ("instance",)),), "bytes"),
                Chart(
                    "Delay of the event loop, p99",
                    (Quantile("thriftshop_event_loop_delay_seconds", 0.99, ("instance",)),),
                    "s",
                ),
            ],
            "Pools": [
                Chart("In use", (Value("thriftshop_pool_busy", pools),)),
                Chart("Limit", (Value("thriftshop_pool_limit", pools),)),
                Chart("Waiting", (Value("thriftshop_pool_waiting", pools),)),
            ],
            "Caches": [
                Chart("Hits per second", (Rate("thriftshop_cache_hits_total", ("cache",)),), "ops"),
                Chart("Misses per second", (Rate("thriftshop_cache_misses_total", ("cache",)),), "ops"),
                Chart(
                    "Age of answered values, p99", (Quantile("thriftshop_cache_age_seconds", 0.99, ("cache",)),), "s"
                ),
                Chart("Entries", (Value("thriftshop_cache_entries", ("cache",)),)),
                Chart("Evicted entries per second", (Rate("thriftshop_cache_evictions_total", ("cache",)),), "ops"),
            ],
        },
    )


def _context(config: ContextConfig) -> Board:
    service = {"service": _service(config)}
    rows = {
        "Service": [
            Chart("Calls per second", (Rate(SERVED, ("method",), service, is_histogram=True),), "reqps"),
            Chart("Calls by outcome", (Rate(SERVED, ("outcome",), service, is_histogram=True),), "reqps"),
            Chart("Duration, p99", (Quantile(SERVED, 0.99, ("method",), service),), "s"),
        ]
        if service["service"]
        else [],
        "Events": [
            Chart(
                "Recorded events per second",
                (Rate("thriftshop_events_appended_total", ("kind",), {"topic": config.topic}),),
                "ops",
            ),
            Chart(
                "Duration of appends, p99",
                (Quantile("thriftshop_append_seconds", 0.99, ("outcome",), {"topic": config.topic}),),
                "s",
            ),
        ]
        if config.topic
        else [],
        "Consumer groups": _groups(config),
        "Customers": objectives() if config.is_public else [],
        "Calls to other services": _calls_of(config) if config.is_public else [],
        "Business": [_measure(measure) for measure in config.measures],
    }
    return Board(
        f"context-{config.label}",
        str(config.verbose_name),
        config.description,
        {name: charts for name, charts in rows.items() if charts},
    )


def _service(config: ContextConfig) -> str:
    """The name of its service; empty for a context without a contract."""
    services = [
        service.name for contract in contracts.live() if contract.name == config.label for service in contract.services
    ]
    return services[0] if services else ""


def _calls_of(config: ContextConfig) -> list[Chart]:
    own = {"caller": config.label}
    return [
        Chart("Calls per second", (Rate(SERVED, ("service",), own, is_histogram=True),), "reqps"),
        Chart("Duration, p99", (Quantile(SERVED, 0.99, ("service",), own),), "s"),
    ]


def _groups(config: ContextConfig) -> list[Chart]:
    members = [*config.projections, *config.reactions]
    if not members:
        return []
    own = {"group": "~" + "|".join(sorted(_escaped(group.name) for group in members))}
    return [
        Chart("Processed events per second", (Rate("thriftshop_events_consumed_total", ("group",), own),), "ops"),
        Chart("Lag", (Value(LAG, ("group",), own, "max"),)),
        Chart("Time until processed, p99", (Quantile(FRESHNESS, 0.99, ("group",), own),), "s", 0.1),
        Chart("Duration of batches, p99", (Quantile(CONSUMER, 0.99, ("group",), own),), "s"),
    ]


def _escaped(name: str) -> str:
    return name.replace(".", "[.]")


def _measure(measure: Measure) -> Chart:
    by = (measure.label,) if measure.label else ()
    title = measure.description.rstrip(".")
    if isinstance(measure, Total):
        return Chart(title, (Rate(measure.name, by, is_increase=True),), about=measure.name)
    return Chart(title, (Value(measure.name, by, function="max"),), about=measure.name)
