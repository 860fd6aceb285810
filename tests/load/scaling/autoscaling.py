"""The algorithm of Kubernetes' HorizontalPodAutoscaler (autoscaling/v2), as its documentation describes it.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/: the ratio of the current to the wanted value, a
tolerance of 10 %, pods that are not ready, stabilisation windows, and policies of which the one that changes most is chosen. KEDA
makes such an autoscaler for each ScaledObject, with the lag as an external metric.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

SYNC_SECONDS = 15
TOLERANCE = 0.1


@dataclass(frozen=True)
class Direction:
    """How fast replicas may be added, or removed."""

    window: int
    policies: tuple[tuple[str, int, int], ...]
    """Kind (Percent or Pods), value and period in seconds of each."""


def direction(behavior: dict[str, Any]) -> Direction:
    """The part of a manifest's `behavior`."""
    assert behavior.get("selectPolicy", "Max") == "Max"
    policies = tuple((item["type"], item["value"], item["periodSeconds"]) for item in behavior["policies"])
    return Direction(behavior["stabilizationWindowSeconds"], policies)


@dataclass
class Autoscaler:
    """An autoscaler and its memory: what it recommended, and what it changed."""

    least: int
    most: int
    up: Direction
    down: Direction
    recommendations: deque[tuple[int, int]] = field(default_factory=deque)
    changes: list[tuple[int, int]] = field(default_factory=list)

    def decide(self, now: int, current: int, wanted: int) -> int:
        """The number of replicas from now on, if the metrics want this many."""
        wanted = max(self.least, min(self.most, wanted))
        stable = self._stabilised(now, current, wanted)
        limited = self._limited(now, current, stable)
        if limited != current:
            self.changes.append((now, limited - current))
        return limited

    def _stabilised(self, now: int, current: int, wanted: int) -> int:
        """No more than the least, and no fewer than the most, that was recommended within the window."""
        self.recommendations.append((now, wanted))
        longest = max(self.up.window, self.down.window)
        while self.recommendations[0][0] <= now - longest and len(self.recommendations) > 1:
            self.recommendations.popleft()
        for_up = min(value for at, value in self.recommendations if at > now - self.up.window or at == now)
        for_down = max(value for at, value in self.recommendations if at > now - self.down.window or at == now)
        return for_up if current < for_up else max(for_down, min(current, for_down))

    def _limited(self, now: int, current: int, wanted: int) -> int:
        if wanted > current:
            return min(wanted, max(self._most_after(now, current, policy) for policy in self.up.policies))
        if wanted < current:
            return max(wanted, min(self._least_after(now, current, policy) for policy in self.down.policies))
        return current

    def _most_after(self, now: int, current: int, policy: tuple[str, int, int]) -> int:
        kind, value, period = policy
        start = current - sum(change for at, change in self.changes if change > 0 and at > now - period)
        return start + value if kind == "Pods" else math.ceil(start * (1 + value / 100))

    def _least_after(self, now: int, current: int, policy: tuple[str, int, int]) -> int:
        kind, value, period = policy
        start = current - sum(change for at, change in self.changes if change < 0 and at > now - period)
        return start - value if kind == "Pods" else math.floor(start * (1 - value / 100))


def by_utilisation(usage: list[float], unready: int, request: float, target: float, current: int) -> int:
    """The replicas that bring the CPU time of pods to the target share of what they request.

    `usage` is that of the ready pods, in cores. Pods that are not ready are left out at first; where that would add replicas
    they count as idle, and nothing is done if then none would be added.
    """
    if not usage:
        return current
    ratio = sum(usage) / (len(usage) * request) / target
    if unready == 0:
        return current if abs(ratio - 1) <= TOLERANCE else math.ceil(ratio * len(usage) - 1e-9)
    if ratio < 1:
        return current if 1 - ratio <= TOLERANCE else math.ceil(ratio * len(usage) - 1e-9)
    count = len(usage) + unready
    counted = sum(usage) / (count * request) / target
    return current if counted <= 1 + TOLERANCE else math.ceil(counted * count - 1e-9)


def by_lag(lags: dict[str, float], threshold: int, partitions: int, current: int) -> int:
    """The replicas for the lag of each topic; the largest counts. More than partitions would be idle (`allowIdleConsumers`)."""
    wanted = []
    for lag in lags.values():
        limited = min(lag, partitions * threshold)
        ratio = limited / (threshold * current)
        wanted.append(current if abs(ratio - 1) <= TOLERANCE else math.ceil(limited / threshold))
    return max(wanted)
