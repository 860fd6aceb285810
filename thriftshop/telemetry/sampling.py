"""Sampling: functions that set gauges are called at intervals, on a thread of each worker, away from requests."""

import logging
import threading
from collections.abc import Callable

from thriftshop.telemetry import caches, exemplars, process, repeats

log = logging.getLogger("thriftshop.telemetry")
failures = repeats.Repeats(log)

SECONDS = 1.0
Sample = Callable[[], None]
_samples: dict[str, Sample] = {"caches": caches.publish, "exemplars": exemplars.publish, "process": process.sample}


def register(name: str, sample: Sample) -> None:
    """Call a function once a second. It must not wait for anything: neither a database nor another process."""
    _samples[name] = sample


def sample_all() -> None:
    """Call every registered function."""
    for name, sample in list(_samples.items()):
        run(name, sample)


def run(name: str, sample: Sample) -> None:
    """Call a function. One that fails is logged, and the others are called all the same."""
    try:
        sample()
    except Exception as error:
        failures.report(logging.WARNING, "metrics could not be sampled", name, error, {"sample": name})
    else:
        failures.recovered("metrics could not be sampled", name, {"sample": name})


class Sampler(threading.Thread):
    """Calls a function at intervals until it is stopped: any worker may answer `/metrics` for all of them."""

    def __init__(self, sample: Sample = sample_all, seconds: float = SECONDS, name: str = "metrics") -> None:
        super().__init__(name=name, daemon=True)
        self._sample, self._seconds = sample, seconds
        self._stopping = threading.Event()

    def run(self) -> None:
        """Sample now, and then until stopped."""
        run(self.name, self._sample)
        while not self._stopping.wait(self._seconds):
            run(self.name, self._sample)

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
