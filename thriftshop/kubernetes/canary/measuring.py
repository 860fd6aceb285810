"""What Prometheus knows of both versions, since the canary's step began."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from thriftshop.dashboards.objectives import FAULT_CODES, OBJECTIVES
from thriftshop.kubernetes.canary.deploying import Part
from thriftshop.kubernetes.canary.verdicts import Comparison, Measured, Share
from thriftshop.telemetry.guardrails import Guardrail

SECONDS = 20.0
BUDGETS = {objective.name: objective.budget for objective in OBJECTIVES}
# The labels that the PodMonitor of the component `monitoring` adds.
NAME_LABEL, COMPONENT_LABEL = "app_kubernetes_io_name", "app_kubernetes_io_component"
REQUESTS = ("thriftshop_served_call_seconds", "thriftshop_graphql_seconds")
FAULTS = {
    "thriftshop_served_call_seconds_count": f'outcome=~"{FAULT_CODES}"',
    "thriftshop_graphql_seconds_count": 'outcome="fault"',
    "thriftshop_graphql_refused_total": f'code=~"{FAULT_CODES}"',
}
FRESHNESS, FRESH_SECONDS = "thriftshop_freshness_seconds", 0.1
PAGES = 'ALERTS{alertstate="firing",severity="page"}'


class Unavailable(Exception):
    """Prometheus does not answer, or not with numbers."""


class Prometheus:
    """Instant queries."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def series(self, expression: str) -> list[tuple[Mapping[str, str], float]]:
        """The labels and values of a query's result. Raises Unavailable."""
        query = urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(f"{self._address}/api/v1/query?{query}", timeout=SECONDS) as answer:  # noqa: S310
                content: dict[str, Any] = json.load(answer)
            return [(item["metric"], float(item["value"][1])) for item in content["data"]["result"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable(f"Prometheus at {self._address} does not answer: {error}") from error

    def number(self, expression: str) -> float:
        """The only value of a query's result; 0 without one."""
        return next((value for _, value in self.series(expression)), 0.0)


class Version(NamedTuple):
    """The pods of one version."""

    namespace: str
    context: str
    component: str

    def selector(self, more: str = "") -> str:
        """The selector of its series."""
        own = f'namespace="{self.namespace}",{NAME_LABEL}="{self.context}",{COMPONENT_LABEL}="{self.component}"'
        return f"{{{own}{',' if more else ''}{more}}}"


class Metrics:
    """The measurements of a context's two versions."""

    def __init__(
        self, prometheus: Prometheus, namespace: str, context: str, part: Part, guardrails: Sequence[Guardrail]
    ) -> None:
        self._prometheus, self._guardrails, self._part = prometheus, guardrails, part
        self._canary = Version(namespace, context, part.canary_component)
        self._running = Version(namespace, context, part.component)

    def measure(self, seconds: int) -> Measured:
        """The measurements of the last seconds; what is missing, if Prometheus does not answer."""
        try:
            compared = [
                self._compared("failures", self._failures, seconds, BUDGETS["availability"]),
                self._slow(seconds),
                self._compared("events visible late", self._late, seconds, BUDGETS["freshness"]),
                self._compared("dead letters", self._dead_letters, seconds, 0.0),
                *(self._guarded(guardrail, seconds) for guardrail in self._guardrails),
            ]
            return Measured(self._progress(compared), compared, self.alerts())
        except Unavailable as problem:
            return Measured(missing=[str(problem)])

    def alerts(self) -> list[str]:
        """The alerts that page somebody now. Raises Unavailable."""
        return sorted({labels.get("alertname", "") for labels, _ in self._prometheus.series(PAGES)})

    def _progress(self, compared: Sequence[Comparison]) -> float:
        """How much the canary has done: requests, or events."""
        return (compared[0] if self._part.shares_requests else compared[3]).canary.total

    def _compared(self, name: str, share_of: Any, seconds: int, budget: float) -> Comparison:
        return Comparison(name, share_of(self._canary, seconds), share_of(self._running, seconds), budget)

    def _failures(self, version: Version, seconds: int) -> Share:
        bad = {name: self._added(name, version.selector(labels), seconds) for name, labels in FAULTS.items()}
        total = sum(self._added(f"{name}_count", version.selector(), seconds) for name in REQUESTS)
        # Operations that are refused are not among the others.
        refused = bad["thriftshop_graphql_refused_total"]
        return Share(sum(bad.values()), total + refused)

    def _late(self, version: Version, seconds: int) -> Share:
        total = self._added(f"{FRESHNESS}_count", version.selector(), seconds)
        within = self._added(f"{FRESHNESS}_bucket", version.selector(f'le="{FRESH_SECONDS:g}"'), seconds)
        return Share(max(0.0, total - within), total)

    def _dead_letters(self, version: Version, seconds: int) -> Share:
        bad = self._added("thriftshop_dead_letters_total", version.selector(), seconds)
        return Share(bad, bad + self._added("thriftshop_events_consumed_total", version.selector(), seconds))

    def _guarded(self, guardrail: Guardrail, seconds: int) -> Comparison:
        def share_of(version: Version, seconds: int) -> Share:
            bad, total = (self._added(name, version.selector(), seconds) for name in (guardrail.bad, guardrail.total))
            return Share(bad, max(bad, total))

        return self._compared(guardrail.title, share_of, seconds, guardrail.budget)

    def _slow(self, seconds: int) -> Comparison:
        """Requests slower than the 99th percentile of the running version, and than the objective at the latest."""
        running, canary = (self._buckets(version, seconds) for version in (self._running, self._canary))
        bound = slow_bound(running)
        name = f"requests slower than {bound * 1000:g} ms"
        return Comparison(name, _beyond(canary, bound), _beyond(running, bound), BUDGETS["latency"])

    def _buckets(self, version: Version, seconds: int) -> dict[float, float]:
        """The numbers of requests within each bound."""
        buckets: dict[float, float] = {}
        for name in REQUESTS:
            more = 'type!="subscription"' if "graphql" in name else ""
            expression = added(f"{name}_bucket", version.selector(more), seconds)
            for labels, value in self._prometheus.series(f"sum by (le) ({expression})"):
                bound = float(labels["le"])
                buckets[bound] = buckets.get(bound, 0.0) + value
        return buckets

    def _added(self, name: str, selector: str, seconds: int) -> float:
        return self._prometheus.number(f"sum({added(name, selector, seconds)})")


def added(name: str, selector: str, seconds: int) -> str:
    """What was added to a counter, exactly: `increase` would miss the first value of a new series, such as the first failure."""
    series = f"{name}{selector}"
    return f"((({series} - {series} offset {seconds}s) >= 0) or {series})"


def slow_bound(running: Mapping[float, float], objective: float = 0.5) -> float:
    """The bound of the bucket with the 99th percentile, at most the objective; the objective without requests."""
    total = max(running.values(), default=0.0)
    within = [bound for bound, count in sorted(running.items()) if total and count >= 0.99 * total]
    return min([objective, *within])


def _beyond(buckets: Mapping[float, float], bound: float) -> Share:
    total = max(buckets.values(), default=0.0)
    return Share(max(0.0, total - buckets.get(bound, total)), total)
