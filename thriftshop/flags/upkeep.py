"""Upkeep: a thread of each serving process that reads flags until all are known, and writes exposures."""

import logging
import threading
from collections.abc import Callable

from thriftshop.rpc import errors
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.flags")
failures = repeats.Repeats(log)
FAILED = "upkeep of flags failed"
INTERVAL_SECONDS = 0.5
MAX_PAUSE_SECONDS = 5.0
STOP_SECONDS = 2.0

Step = Callable[[], object]
_steps: dict[str, Step] = {}
_running: list["Upkeep"] = []


def register(name: str, step: Step) -> None:
    """Add a step that every serving process repeats."""
    _steps[name] = step


def start() -> None:
    """Start the thread, if there is a step."""
    if _steps:
        upkeep = Upkeep()
        upkeep.start()
        _running.append(upkeep)


def stop() -> None:
    """End the threads, each after a last round."""
    while _running:
        upkeep = _running.pop()
        upkeep.stopping.set()
        upkeep.join(STOP_SECONDS)


class Upkeep(threading.Thread):
    """Repeats the steps; less often while one of them fails."""

    def __init__(self) -> None:
        super().__init__(name="flags", daemon=True)
        self.stopping = threading.Event()

    def run(self) -> None:
        """Repeat the steps until stopped, and once more then."""
        pause = 0.0
        while not self.stopping.wait(pause):
            pause = INTERVAL_SECONDS if _succeed() else min(max(2 * pause, INTERVAL_SECONDS), MAX_PAUSE_SECONDS)
        _succeed()


def _succeed() -> bool:
    outcomes = [_succeeds(name, step) for name, step in _steps.items()]
    return all(outcomes)


def _succeeds(name: str, step: Step) -> bool:
    try:
        step()
    except Exception as error:
        unexpected = None if isinstance(error, errors.RpcError) else error
        failures.report(logging.WARNING, FAILED, name, unexpected, {"step": name, "problem": repr(error)})
        return False
    failures.recovered(FAILED, name, {"step": name})
    return True
