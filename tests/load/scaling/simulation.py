"""The simulation: second by second, pods that start and stop, requests that wait, and autoscalers that look every 15 s.

A service is a queue with as many servers as it has ready pods (M/M/c): what exceeds their capacity waits, and adds its waiting
time to the percentile of the queue. A request passes through all services, so its p99 is at most the sum of theirs.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from tests.load.scaling import autoscaling, capacity, traffic
from tests.load.scaling.autoscaling import Autoscaler
from thriftshop import contexts
from thriftshop.kubernetes import consumers

QUANTILE = 0.99
# metrics-server reads the CPU time of pods every 15 s, as the mean of that time.
SCRAPE_SECONDS = 15
# Of the mix: each write is about one event.
EVENTS_A_REQUEST = 0.25
CONSUMED = "cart"
PARTITIONS = 6


@dataclass
class Pods:
    """The replicas of a deployment: those that are ready, start, and drain."""

    ready: int
    starting: deque[int] = field(default_factory=deque)
    draining: deque[int] = field(default_factory=deque)

    @property
    def wanted(self) -> int:
        return self.ready + len(self.starting)

    @property
    def paid(self) -> int:
        return self.wanted + len(self.draining)

    def pass_time(self, now: int) -> None:
        while self.starting and self.starting[0] <= now:
            self.starting.popleft()
            self.ready += 1
        while self.draining and self.draining[0] <= now:
            self.draining.popleft()

    def scale(self, now: int, replicas: int) -> None:
        for _ in range(replicas - self.wanted):
            self.starting.append(now + capacity.START_SECONDS)
        for _ in range(self.wanted - replicas):
            if self.starting:
                self.starting.pop()
            else:
                self.ready -= 1
                self.draining.append(now + capacity.STOP_SECONDS)


@dataclass
class Service:
    """A context's servers."""

    name: str
    seconds: float
    request: float
    target: float
    scaler: Autoscaler
    pods: Pods
    waiting: float = 0.0
    used: deque[float] = field(default_factory=lambda: deque(maxlen=SCRAPE_SECONDS))
    replicas: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def step(self, now: int, arrived: float) -> None:
        self.pods.pass_time(now)
        able = self.pods.ready * capacity.CORES / self.seconds
        done = min(self.waiting + arrived, able)
        self.p99.append(self.waiting / able + percentile(arrived, self.seconds, self.pods.ready))
        self.waiting += arrived - done
        self.used.append(done * self.seconds)
        if now % autoscaling.SYNC_SECONDS == 0:
            self.pods.scale(now, self._replicas(now))
        self.replicas.append(self.pods.wanted)
        self.paid.append(self.pods.paid)

    def _replicas(self, now: int) -> int:
        mean = sum(self.used) / len(self.used) / max(1, self.pods.ready)
        unready = len(self.pods.starting)
        usage = [mean] * self.pods.ready
        wanted = autoscaling.by_utilisation(usage, unready, self.request, self.target, self.pods.wanted)
        return self.scaler.decide(now, self.pods.wanted, wanted)


@dataclass
class Consumers:
    """A context's consumers. They stand still in an outage, during which events wait."""

    scaler: Autoscaler
    pods: Pods
    outage: range
    threshold: int
    lag: float = 0.0
    replicas: list[int] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)

    def step(self, now: int, arrived: float) -> None:
        self.pods.pass_time(now)
        able = 0.0 if now in self.outage else min(self.pods.ready, PARTITIONS) / capacity.EVENT_SECONDS
        self.lag = max(0.0, self.lag + arrived * EVENTS_A_REQUEST - able)
        if now % autoscaling.SYNC_SECONDS == 0:
            wanted = autoscaling.by_lag({CONSUMED: self.lag}, self.threshold, PARTITIONS, self.pods.wanted)
            self.pods.scale(now, self.scaler.decide(now, self.pods.wanted, wanted))
        self.replicas.append(self.pods.wanted)
        self.lags.append(self.lag)


@dataclass(frozen=True)
class Day:
    """What happened."""

    requests: np.ndarray
    services: Mapping[str, Service]
    consumers: Consumers

    @property
    def p99(self) -> np.ndarray:
        """Of requests by the second: the sum over the services, which is an upper bound."""
        return np.asarray(np.sum([service.p99 for service in self.services.values()], axis=0))

    @property
    def core_hours(self) -> float:
        """What was requested from the nodes, in hours of a core."""
        return sum(sum(service.paid) * service.request for service in self.services.values()) / 3600

    def fixed_core_hours(self) -> float:
        """The same, had each service its most replicas all day."""
        most = [max(service.paid) * service.request for service in self.services.values()]
        return sum(most) * len(self.requests) / 3600


@lru_cache(maxsize=4096)
def _waits(load_thousandths: int, servers: int) -> float:
    """Erlang's C: the probability of waiting in a queue with this load in units of servers."""
    load = load_thousandths / 1000
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    share = load / servers
    return blocked / (1 - share * (1 - blocked))


def percentile(rate: float, seconds: float, servers: int) -> float:
    """The 99th percentile of waiting and service of an M/M/c queue, each taken alone; at most near full use."""
    load = min(rate * seconds, 0.98 * servers)
    waits = _waits(round(load * 1000), servers)
    service = -math.log(1 - QUANTILE) * seconds
    return service + max(0.0, math.log(waits / (1 - QUANTILE)) * seconds / (servers - load)) if waits else service


def day(requests: np.ndarray, outage: range = range(0)) -> Day:
    """Simulate a day with the autoscalers of the manifests."""
    costs = capacity.request_seconds()
    services = {name: _service(name, seconds) for name, seconds in costs.items()}
    consuming = _consumers(outage)
    for now, arrived in enumerate(requests.tolist()):
        for service in services.values():
            service.step(now, arrived)
        consuming.step(now, arrived)
    return Day(requests, services, consuming)


def _service(name: str, seconds: float) -> Service:
    config = contexts.get(name)
    spec = next(item for item in consumers.scaling(config) if item["kind"] == "HorizontalPodAutoscaler")["spec"]
    (metric,) = spec["metrics"]
    target = metric["resource"]["target"]["averageUtilization"] / 100
    scaler = _scaler(spec["minReplicas"], spec["maxReplicas"], spec["behavior"])
    request = int(config.resources.cpu.removesuffix("m")) / 1000
    return Service(name, seconds, request, target, scaler, Pods(spec["minReplicas"]))


def _consumers(outage: range) -> Consumers:
    spec = next(item for item in consumers.scaling(contexts.get(CONSUMED)) if item["kind"] == "ScaledObject")["spec"]
    behavior = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    scaler = _scaler(spec["minReplicaCount"], spec["maxReplicaCount"], behavior)
    threshold = int(spec["triggers"][0]["metadata"]["lagThreshold"])
    return Consumers(scaler, Pods(spec["minReplicaCount"]), outage, threshold)


def _scaler(least: int, most: int, behavior: dict[str, dict[str, object]]) -> Autoscaler:
    up, down = autoscaling.direction(behavior["scaleUp"]), autoscaling.direction(behavior["scaleDown"])
    return Autoscaler(least, most, up, down)


def ordinary(shape: np.ndarray | None = None, sale: traffic.Sale | None = None) -> Day:
    """The day of the chart: PEAK requests a second at the ordinary peak, and the sale."""
    shape = traffic.curve() if shape is None else shape
    return day(traffic.requests(shape, PEAK, sale), OUTAGE)


PEAK = 500.0
OUTAGE = range(20 * 3600, 20 * 3600 + 300)
"""The consumers' outage: five minutes at the evening's peak."""
