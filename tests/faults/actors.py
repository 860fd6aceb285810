"""Somebody who acts on the shop in a thread, and records what was done and what was answered."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.faults.recorder import Answer, Operation, Outcome, Recorder
from thriftshop.graphql import global_ids

# A repetition waits, as a person or a client library would.
REPEAT_SECONDS = 0.3
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.15
GIVEN_UP = 0.1
"""The share of operations that are not repeated after an unknown outcome."""


class Actor(threading.Thread):
    """Somebody who acts until stopped, and rests while the workload is paused."""

    def __init__(self, name: str, recorder: Recorder, seed: str) -> None:
        super().__init__(name=name, daemon=True)
        self.recorder, self.rng = recorder, random.Random(seed)
        self.failure: BaseException | None = None
        self._running, self._idle, self._stopping = threading.Event(), threading.Event(), threading.Event()
        self._numbers = itertools.count(1)
        self._idle.set()

    def run(self) -> None:
        """Act until stopped."""
        try:
            while not self._stopping.is_set():
                if self._running.wait(0.05):
                    self._idle.clear()
                    self.act()
                    time.sleep(PAUSE_SECONDS * self.rng.random() * 2)
                self._idle.set()
        except BaseException as error:
            self.failure = error
            self._idle.set()

    def act(self) -> None:
        """Do one thing."""
        raise NotImplementedError

    def resume(self) -> None:
        """Act from now on."""
        self._idle.clear()
        self._running.set()

    def pause(self) -> None:
        """Finish the current operation, and rest."""
        self._running.clear()

    def wait_until_idle(self) -> None:
        """Wait until the current operation has ended."""
        assert self._idle.wait(PATIENCE_SECONDS * 2), f"{self.name} does not come to an end"

    def stop(self) -> None:
        """End."""
        self.pause()
        self._stopping.set()
        self.join(PATIENCE_SECONDS * 2)

    def do(self, kind: str, arguments: Mapping[str, Any], attempt: Callable[[str], Answer]) -> Operation:
        """Attempt an operation until its outcome is known, or give up; record it."""
        key, began, attempts = f"{self.name}-{next(self._numbers)}", time.monotonic(), 1
        gives_up = kind == "read" or self.rng.random() < GIVEN_UP
        answer = attempt(key)
        while answer.outcome is Outcome.UNKNOWN and not gives_up and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(REPEAT_SECONDS)
            attempts += 1
            answer = attempt(key)
        times = {"began": began, "ended": time.monotonic(), "attempts": attempts}
        operation = Operation(
            kind, self.name, key, arguments, answer.outcome, answer.code, _result(kind, answer), **times
        )
        self.recorder.add(operation)
        return operation


def _result(kind: str, answer: Answer) -> Any:
    """What the checks need of an answer."""
    if kind != "place" or answer.outcome is not Outcome.ACKNOWLEDGED:
        return None
    order = answer.result["order"]
    lines = {line["sku"]: line["quantity"] for line in order["lines"]}
    return {"id": local_id(order["id"]), "global_id": order["id"], "number": order["number"], "lines": lines}


def local_id(global_id: str) -> str:
    """The id of an order as services know it."""
    return global_ids.decode("Order", global_id)
