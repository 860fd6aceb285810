"""What a panel shows, once for both databases: each query is written in PromQL and in InfluxQL.

InfluxDB has what was added since the last points, Prometheus has running totals (thriftshop/telemetry/points.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

TIME = "$timeFilter"
QUANTILES = {0.5: "p50", 0.95: "p95", 0.99: "p99"}
LIMIT_FIELDS = {"0.1": "le_100ms", "0.5": "le_500ms"}
Labels = Mapping[str, str]
"""Label values that a query selects; one that begins with ~ is a regular expression, one with ! is excluded."""


class Query(Protocol):
    """Something to show, in both languages."""

    @property
    def by(self) -> tuple[str, ...]:
        """The labels of its series."""

    def promql(self) -> str:
        """In PromQL."""

    def influxql(self) -> str:
        """In InfluxQL."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How much a counter, or the number of a histogram's observations, grows per second."""

    metric: str
    by: tuple[str, ...] = ()
    where: Labels = field(default_factory=dict)
    is_histogram: bool = False
    is_increase: bool = False  # per interval instead of per second

    def promql(self) -> str:
        """In PromQL."""
        name = f"{self.metric}_count" if self.is_histogram else self.metric
        function = "increase" if self.is_increase else "rate"
        return f"sum{_by(self.by)} ({function}({name}{_selector(self.where)}[$__rate_interval]))"

    def influxql(self) -> str:
        """In InfluxQL."""
        total = 'sum("count")' if self.is_histogram else 'sum("value")'
        shown = total if self.is_increase else f"{total} * 1000 / $__interval_ms"
        return f"SELECT {shown} FROM {_from(self.metric, self.where)} {_group(self.by)}"


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of a histogram; in InfluxDB the highest of those that the servers computed."""

    metric: str
    share: float = 0.99
    by: tuple[str, ...] = ()
    where: Labels = field(default_factory=dict)

    def promql(self) -> str:
        """In PromQL."""
        buckets = f"rate({self.metric}_bucket{_selector(self.where)}[$__rate_interval])"
        return f"histogram_quantile({self.share:g}, sum{_by(('le', *self.by))} ({buckets}))"

    def influxql(self) -> str:
        """In InfluxQL."""
        return f'SELECT max("{QUANTILES[self.share]}") FROM {_from(self.metric, self.where)} {_group(self.by)}'


@dataclass(frozen=True, slots=True)
class Slower:
    """The share of a histogram's observations that took longer than a limit."""

    metric: str
    limit: str
    by: tuple[str, ...] = ()
    where: Labels = field(default_factory=dict)

    def promql(self) -> str:
        """In PromQL."""
        within = f"rate({self.metric}_bucket{_selector({**self.where, 'le': self.limit})}[$__rate_interval])"
        every = f"rate({self.metric}_count{_selector(self.where)}[$__rate_interval])"
        return f"1 - sum{_by(self.by)} ({within}) / sum{_by(self.by)} ({every})"

    def influxql(self) -> str:
        """In InfluxQL."""
        shown = f'1 - sum("{LIMIT_FIELDS[self.limit]}") / sum("count")'
        return f"SELECT {shown} FROM {_from(self.metric, self.where)} {_group(self.by)}"


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a histogram's observations with these labels."""

    metric: str
    part: Labels
    by: tuple[str, ...] = ()
    where: Labels = field(default_factory=dict)

    def promql(self) -> str:
        """In PromQL: 0 if there are observations, and none of them with these labels."""
        every = f"sum{_by(self.by)} (rate({self.metric}_count{_selector(self.where)}[$__rate_interval]))"
        part = (
            f"sum{_by(self.by)} (rate({self.metric}_count{_selector({**self.where, **self.part})}[$__rate_interval]))"
        )
        return f"({part} or {every} * 0) / {every}"

    def influxql(self) -> str:
        """In InfluxQL."""
        columns = "".join(f', "{name}"' for name in self.by)
        part = _from(self.metric, {**self.where, **self.part})
        every = f'SELECT 0 * "count" AS "part", "count" AS "every"{columns} FROM {_from(self.metric, self.where)}'
        return (
            f'SELECT sum("part") / sum("every") FROM (SELECT "count" AS "part"{columns} FROM {part}), ({every})'
            f" WHERE {TIME} {_group(self.by)}"
        )


@dataclass(frozen=True, slots=True)
class Value:
    """A gauge: the sum over the servers, or the highest of theirs."""

    metric: str
    by: tuple[str, ...] = ()
    where: Labels = field(default_factory=dict)
    function: str = "sum"

    def promql(self) -> str:
        """In PromQL."""
        return f"{self.function}{_by(self.by)} ({self.metric}{_selector(self.where)})"

    def influxql(self) -> str:
        """In InfluxQL."""
        if self.function == "max":
            return f'SELECT max("value") FROM {_from(self.metric, self.where)} {_group(self.by)}'
        last = f'SELECT last("value") AS "value" FROM {_from(self.metric, self.where)} GROUP BY time($__interval), *'
        return f'SELECT sum("value") FROM ({last}) WHERE {TIME} {_group(self.by)}'


def _by(labels: Iterable[str]) -> str:
    joined = ", ".join(labels)
    return f" by ({joined})" if joined else ""


def _selector(labels: Labels) -> str:
    """Labels in braces; nothing without any."""
    chosen = ",".join(_matcher(name, value) for name, value in labels.items())
    return f"{{{chosen}}}" if chosen else ""


def _matcher(name: str, value: str) -> str:
    operator = {"~": "=~", "!": "!="}.get(value[:1], "=")
    return f'{name}{operator}"{value.lstrip("~!")}"'


def _from(metric: str, where: Labels) -> str:
    """A measurement with the conditions on its tags and on the time."""
    conditions = [*(_condition(name, value) for name, value in where.items()), TIME]
    return f'"{metric}" WHERE {" AND ".join(conditions)}'


def _condition(name: str, value: str) -> str:
    if value.startswith("~"):
        return f'"{name}" =~ /^({value[1:]})$/'
    operator = "!=" if value.startswith("!") else "="
    return f"\"{name}\" {operator} '{value.lstrip('!')}'"


def _group(by: Iterable[str]) -> str:
    tags = "".join(f', "{name}"' for name in by)
    return f"GROUP BY time($__interval){tags} fill(none)"
