"""Service level objectives: the share of good events that the shop objectives, and how Prometheus counts the others."""

from dataclasses import dataclass

GRAPHQL = "thriftshop_graphql_seconds"
# The codes of operations that were refused for the shop's own failures (thriftshop/graphql/operation_metrics.py).
FAULT_CODES = "INTERNAL|SERVICE_UNAVAILABLE|DEADLINE_EXCEEDED"


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective. `bad` and `total` are rates over the window that stands for `[W]`."""

    name: str  # of recording rules and of the alert: `availability`
    title: str
    target: float
    statement: str
    bad: str
    total: str

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.target, 6)

    @property
    def alert(self) -> str:
        """The name of its alert."""
        return f"{self.name.title()}BudgetBurn"

    def ratio(self, window: str) -> str:
        """The recorded share of bad events in a window."""
        return f"thriftshop:{self.name}:bad_ratio_rate{window}"

    def expression(self, window: str) -> str:
        """The share of bad events in a window; nothing while there are no events."""
        bad, total = (text.replace("[W]", f"[{window}]") for text in (self.bad, self.total))
        return f"({bad}) / ({total} > 0)"


def _slower_than(metric: str, bound: str, labels: str = "") -> str:
    """The rate of observations that took longer than the bound of a bucket."""
    with_bound = f'{labels},le="{bound}"' if labels else f'le="{bound}"'
    return f"sum(rate({metric}_count{{{labels}}}[W])) - sum(rate({metric}_bucket{{{with_bound}}}[W]))"


_REFUSED = f'sum(rate(thriftshop_graphql_refused_total{{code=~"{FAULT_CODES}"}}[W]))'
OBJECTIVES = (
    Objective(
        "availability",
        "Operations that fail",
        0.999,
        "99.9 % of GraphQL operations are answered without a failure of the shop",
        f'(sum(rate({GRAPHQL}_count{{outcome="fault"}}[W])) or vector(0)) + ({_REFUSED} or vector(0))',
        f"(sum(rate({GRAPHQL}_count[W])) or vector(0)) + ({_REFUSED} or vector(0))",
    ),
    Objective(
        "latency",
        "Operations slower than 500 ms",
        0.99,
        "99 % of GraphQL operations take less than 500 ms",
        _slower_than(GRAPHQL, "0.5", 'type!="subscription"'),
        f'sum(rate({GRAPHQL}_count{{type!="subscription"}}[W]))',
    ),
    Objective(
        "freshness",
        "Events visible after more than 100 ms",
        0.99,
        "99 % of events are processed everywhere within 100 ms",
        _slower_than("thriftshop_freshness_seconds", "0.1"),
        "sum(rate(thriftshop_freshness_seconds_count[W]))",
    ),
)
