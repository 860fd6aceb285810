"""The open loop: requests are sent when they are due, whatever has been answered; latency counts from the due time.

Arrivals are those of many independent customers: a Poisson process with a fixed seed, whose rate grows during the warm-up.
"""

from __future__ import annotations

import gc
import heapq
import itertools
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.load.promise.connections import Connection, Pool, Request

TIMEOUT_SECONDS = 10.0
# Connections opened before the first request, as of customers who are already there.
CONNECTIONS = 64
SCAN_SECONDS = 0.5
now = time.perf_counter


@dataclass(slots=True)
class Recording:
    """What happened to each request, in the order of answers; times in seconds since the start."""

    started: float = 0.0
    kinds: array[int] = field(default_factory=lambda: array("B"))
    dues: array[float] = field(default_factory=lambda: array("d"))
    sents: array[float] = field(default_factory=lambda: array("d"))
    dones: array[float] = field(default_factory=lambda: array("d"))
    outcomes: array[int] = field(default_factory=lambda: array("H"))
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    connections: int = 0
    most_in_flight: int = 0

    def add(self, request: Request, done: float, outcome: int) -> None:
        """Record an answer, or that there is none."""
        self.kinds.append(request.kind)
        self.dues.append(request.due - self.started)
        self.sents.append(request.sent - self.started)
        self.dones.append(done - self.started)
        self.outcomes.append(outcome)


def arrivals(rate: float, seconds: float, warm_up: float = 0.0, seed: int = 7) -> np.ndarray:
    """The due times of a Poisson process, in seconds from 0, whose rate grows evenly from 0 during the warm-up."""
    rng = np.random.default_rng(seed)
    count = int(rate * (warm_up + seconds) * 1.2) + 100
    times = np.cumsum(rng.exponential(1 / rate, count)) + warm_up / 2
    times = np.where(times < warm_up, np.sqrt(2 * warm_up * np.maximum(times - warm_up / 2, 0)), times)
    return times[times < warm_up + seconds]


class Generator:
    """Sends what is due. `make(kind)` gives the request of a kind; it may add requests of its own by `later`."""

    def __init__(self, *addresses: tuple[str, int]) -> None:
        self.pool = Pool(addresses, now)
        self.recording = Recording()
        self._later: list[tuple[float, int, Request]] = []
        self._numbers = itertools.count()
        self._scanned = 0.0

    def later(self, request: Request, due: float, avoid: Connection | None = None) -> None:
        """Send a further request at this time, on another connection than `avoid`."""
        request.due, request.avoid = due, avoid
        heapq.heappush(self._later, (due, next(self._numbers), request))

    def run(self, times: Sequence[float], kinds: Sequence[int], make: Callable[[int], Request]) -> Recording:
        """Send one request of each kind at its time, and wait for the answers."""
        self.pool.prepare(CONNECTIONS)
        gc.collect()
        gc.freeze()
        gc.disable()
        used, began = time.process_time(), now()
        self.recording.started = began + 0.2
        try:
            self._send_all(times, kinds, make)
            self._wait_for_answers()
        finally:
            gc.enable()
            gc.unfreeze()
        recording = self.recording
        recording.cpu_seconds, recording.seconds = time.process_time() - used, now() - began
        recording.connections, recording.most_in_flight = self.pool.opened, self.pool.most_in_flight
        self.pool.close()
        return recording

    def _send_all(self, times: Sequence[float], kinds: Sequence[int], make: Callable[[int], Request]) -> None:
        pool, started = self.pool, self.recording.started
        for time_, kind in zip(times, kinds, strict=True):
            due = started + time_
            while (wait := due - now()) > 0:
                self._send_later()
                pool.poll(min(wait, self._until_later()))
            request = make(kind)
            request.due = due
            pool.send(request)
            pool.poll(0)
            self._scan()

    def _wait_for_answers(self) -> None:
        until = now() + 2 * TIMEOUT_SECONDS
        while (self.pool.in_flight or self.pool.waiting or self._later) and now() < until:
            self._send_later()
            self.pool.poll(min(0.05, self._until_later()))
            self._scan()
        self.pool.abandon(float("inf"))

    def _until_later(self) -> float:
        return max(0.0, self._later[0][0] - now()) if self._later else 1.0

    def _send_later(self) -> None:
        while self._later and self._later[0][0] <= now():
            self.pool.send(heapq.heappop(self._later)[2])

    def _scan(self) -> None:
        if now() - self._scanned > SCAN_SECONDS:
            self._scanned = now()
            self.pool.abandon(self._scanned - TIMEOUT_SECONDS)
