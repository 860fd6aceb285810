"""Exposures: what visitors have seen is reported once, in batches, by a thread (`upkeep`); nobody waits for it."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from prometheus_client import Counter

BATCH = 500
MAX_WAITING = 20_000
MAX_REPORTED = 200_000
LOST = Counter("thriftshop_exposures_lost_total", "Exposures that were not recorded, because too many waited.")


class Exposure(NamedTuple):
    """A subject saw the effect of a variant at a moment (milliseconds)."""

    unit: str
    flag: str
    variant: str
    at: int


class Exposures:
    """The exposures of this process that wait to be written, each of the last ones once."""

    def __init__(self, write: Callable[[Sequence[Exposure]], object]) -> None:
        self._write = write
        self._waiting: deque[Exposure] = deque()
        self._reported: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, exposure: Exposure) -> None:
        """Report an exposure, unless it was reported before."""
        identity = exposure[:3]
        with self._lock:
            if identity in self._reported:
                return
            self._reported[identity] = None
            if len(self._reported) > MAX_REPORTED:
                self._reported.popitem(last=False)
            self._waiting.append(exposure)
            if len(self._waiting) > MAX_WAITING:
                self._lose(self._waiting.popleft())

    def flush(self) -> None:
        """Write all that waits. Raises what writing raises; the rest still waits then."""
        while self._waiting:
            with self._lock:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                self._write(batch)
            except BaseException:
                with self._lock:
                    self._waiting.extendleft(reversed(batch))
                raise

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._waiting.clear()
            self._reported.clear()

    def _lose(self, exposure: Exposure) -> None:
        """Leave out the oldest; it is reported again when it is seen again."""
        self._reported.pop(exposure[:3], None)
        LOST.inc()
