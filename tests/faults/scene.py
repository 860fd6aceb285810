"""What a fault acts on: the shop and its parts under load, and what it expects of the operations meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from tests.faults.recorder import Operation, Outcome, Recorder
from tests.faults.shop import Shop
from tests.faults.workload import Workload

WRITES = frozenset({"add", "remove", "place", "cancel", "receive", "reserve", "release", "ship"})
STEP_SECONDS = 0.1


@dataclass(slots=True)
class Scene:
    """A shop under load. Faults last for about `seconds`, outages of Kafka and frozen relays for as long as they say."""

    shop: Shop
    workload: Workload
    recorder: Recorder
    rng: random.Random
    seconds: float
    kafka_seconds: float
    freeze_seconds: float
    unexpected: list[str] = field(default_factory=list)
    """What faults expected in vain."""
    details: list[str] = field(default_factory=list)
    """What exactly happened, for the report."""

    def wait(self, seconds: float = 0.0) -> None:
        """Let the load go on for as long as the fault lasts, more or less, or for these seconds."""
        time.sleep(seconds or self.seconds * self.rng.uniform(0.6, 1.4))

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let the load go on until a condition holds, for these seconds at most; return whether it does."""
        until = time.monotonic() + seconds
        while not (holds := condition()) and time.monotonic() < until:
            time.sleep(STEP_SECONDS)
        return holds

    def within(self, began: float, ended: float, kinds: Collection[str] = WRITES) -> list[Operation]:
        """The operations that began and ended in a period."""
        return [
            operation
            for operation in self.recorder.begun_since(began)
            if operation.ended <= ended and operation.kind in kinds
        ]

    def expect(self, holds: object, problem: str) -> None:
        """Note a problem unless a condition holds."""
        if not holds:
            self.unexpected.append(problem)

    def acknowledged_since(self, moment: float, kinds: Collection[str] = WRITES) -> list[Operation]:
        """The acknowledged operations that began after a moment."""
        return [
            operation
            for operation in self.recorder.begun_since(moment)
            if operation.kind in kinds and operation.outcome is Outcome.ACKNOWLEDGED
        ]


@dataclass(frozen=True, slots=True)
class Fault:
    """A crash point: what happens, including the recovery.

    Faults that use different parts of the shop may happen at once, unless one expects something of the operations meanwhile.
    `needs` says what the machine must have for it.
    """

    name: str
    happen: Callable[[Scene], None]
    uses: frozenset[str]
    is_alone: bool = False
    needs: Callable[[Scene], bool] = lambda _: True
