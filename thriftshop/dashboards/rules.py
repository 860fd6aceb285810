"""Prometheus' rules: recorded ratios and rates, burn-rate alerts of the objectives, and alerts with a threshold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from thriftshop import contexts
from thriftshop.dashboards.objectives import OBJECTIVES, Objective
from thriftshop.telemetry.alerts import Alert, Severity

RUNBOOKS = "docs/runbooks"
Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Burn:
    """A rate at which the error budget is used up: `factor` times what would last 30 days, in both of two windows."""

    factor: float
    long: str
    short: str
    severity: Severity
    budget: str


# From Google's Site Reliability Workbook, chapter 5.
BURNS = (
    Burn(14.4, "1h", "5m", Severity.PAGE, "2 % of a month's budget in an hour"),
    Burn(6, "6h", "30m", Severity.PAGE, "5 % of a month's budget in six hours"),
    Burn(3, "1d", "2h", Severity.TICKET, "10 % of a month's budget in a day"),
    Burn(1, "3d", "6h", Severity.TICKET, "10 % of a month's budget in three days"),
)
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# Rates that several panels and alerts read.
RECORDED = {
    "thriftshop:graphql_operations:rate5m": "sum by (type, outcome) (rate(thriftshop_graphql_seconds_count[5m]))",
    "thriftshop:graphql_seconds:p99_rate5m": (
        "histogram_quantile(0.99, sum by (le, type) (rate(thriftshop_graphql_seconds_bucket[5m])))"
    ),
    "thriftshop:calls:rate5m": (
        "sum by (service, method, caller, outcome) (rate(thriftshop_served_call_seconds_count[5m]))"
    ),
    "thriftshop:freshness_seconds:p99_rate5m": (
        "histogram_quantile(0.99, sum by (le, group) (rate(thriftshop_freshness_seconds_bucket[5m])))"
    ),
}
PLATFORM_ALERTS = (
    Alert(
        "DeadLetters",
        "sum by (group) (increase(thriftshop_dead_letters_total[15m])) > 0",
        "0m",
        Severity.TICKET,
        "{{ $labels.group }} could not process events: they and the later ones of their streams wait.",
    ),
    Alert(
        "ConsumerLag",
        "max by (group) (thriftshop_consumer_lag_events) > 1000",
        "10m",
        Severity.TICKET,
        "{{ $labels.group }} is {{ $value }} events behind.",
    ),
    Alert(
        "ConsumerStalled",
        "max by (group) (thriftshop_consumer_stalled_seconds) > 60",
        "1m",
        Severity.PAGE,
        "{{ $labels.group }} has processed nothing for {{ $value }} s, although events wait.",
    ),
    Alert(
        "EventLoopBlocked",
        "histogram_quantile(0.99, sum by (le, instance) (rate(thriftshop_event_loop_delay_seconds_bucket[5m]))) > 0.25",
        "10m",
        Severity.TICKET,
        "The event loop of {{ $labels.instance }} is late by {{ $value }} s (p99): all its requests wait.",
    ),
    Alert(
        "PoolExhausted",
        "min_over_time(thriftshop_pool_waiting[5m]) > 0",
        "5m",
        Severity.TICKET,
        "Calls have waited for the pool {{ $labels.pool }} of {{ $labels.instance }} for minutes.",
    ),
    Alert(
        "ReplicasExcluded",
        "max by (context) (thriftshop_rpc_replicas_out) > 0",
        "5m",
        Severity.TICKET,
        "Replicas of {{ $labels.context }} fail and get no calls.",
    ),
    Alert(
        "MetricPointsDropped",
        "sum by (instance) (increase(thriftshop_metric_points_dropped_total[15m])) > 0",
        "0m",
        Severity.TICKET,
        "{{ $labels.instance }} dropped metrics because Kafka did not take them: InfluxDB has a gap.",
    ),
)


def alerts() -> list[Alert]:
    """The alerts with a threshold: the platform's, and those that contexts declare."""
    return [*PLATFORM_ALERTS, *(alert for config in contexts.all_contexts() for alert in config.alerts)]


def alert_names() -> list[str]:
    """The names of all alerts; each has a runbook."""
    return [objective.alert for objective in OBJECTIVES] + [alert.name for alert in alerts()]


def content() -> dict[str, Any]:
    """The file of rules."""
    groups = [{"name": "thriftshop-recorded", "rules": [_recorded(*item) for item in RECORDED.items()]}]
    groups += [{"name": f"thriftshop-{objective.name}", "rules": [*_of(objective)]} for objective in OBJECTIVES]
    return {"groups": [*groups, {"name": "thriftshop-thresholds", "rules": [_alert(alert) for alert in alerts()]}]}


def _recorded(name: str, expression: str) -> Rule:
    return {"record": name, "expr": expression}


def _of(objective: Objective) -> Iterator[Rule]:
    for window in WINDOWS:
        yield _recorded(objective.ratio(window), objective.expression(window))
    for burn in BURNS:
        limit = f"> ({burn.factor:g} * {objective.budget:g})"
        windows: Sequence[str] = (burn.long, burn.short)
        expression = " and ".join(f"({objective.ratio(window)} {limit})" for window in windows)
        summary = f"{objective.title}: {{{{ $value | humanizePercentage }}}} in {burn.long}, {burn.budget}."
        rule = _alert(Alert(objective.alert, expression, "2m", burn.severity, summary))
        rule["labels"]["window"] = burn.long
        rule["annotations"]["description"] = f"The objective: {objective.statement}."
        yield rule


def _alert(alert: Alert) -> Rule:
    return {
        "alert": alert.name,
        "expr": alert.expression,
        "for": alert.duration,
        "labels": {"severity": str(alert.severity)},
        "annotations": {"summary": alert.summary, "runbook": f"{RUNBOOKS}/{alert.name}.md"},
    }
