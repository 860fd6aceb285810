"""Reports of what visitors have seen or done: each is written once, in batches, by a thread (`upkeep`).

Nobody waits for it.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from prometheus_client import Counter

BATCH = 500
MAX_WAITING = 20_000
MAX_REPORTED = 200_000
LOST = Counter("thriftshop_exposures_lost_total", "Exposures that were not recorded, because too many waited.")
LOST_REPORTS = Counter(
    "thriftshop_visitor_reports_lost_total", "Other reports about visitors that were not recorded: too many waited."
)
T = TypeVar("T", bound=tuple[Any, ...])


class Exposure(NamedTuple):
    """A subject saw the effect of a variant at a moment (milliseconds)."""

    unit: str
    flag: str
    variant: str
    at: int


class Reports(Generic[T]):
    """The reports of this process that wait to be written, each of the last ones once. Their last field is the time."""

    def __init__(self, write: Callable[[Sequence[T]], object], lost: Counter = LOST) -> None:
        self._write = write
        self._lost = lost
        self._waiting: deque[T] = deque()
        self._reported: OrderedDict[tuple[Any, ...], None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, report: T) -> None:
        """Report something, unless it was reported before."""
        identity = report[:-1]
        with self._lock:
            if identity in self._reported:
                return
            self._reported[identity] = None
            if len(self._reported) > MAX_REPORTED:
                self._reported.popitem(last=False)
            self._waiting.append(report)
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

    def _lose(self, report: T) -> None:
        """Leave out the oldest; it is reported again when it happens again."""
        self._reported.pop(report[:-1], None)
        self._lost.inc()


Exposures = Reports[Exposure]
