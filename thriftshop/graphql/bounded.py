"""A cache of the most recently used values, limited by number and by size."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

from thriftshop.telemetry import caches

K = TypeVar("K")
V = TypeVar("V")


class _Entry(NamedTuple, Generic[V]):
    value: V
    size: int
    stored_at: float


class Bounded(Generic[K, V]):
    """At most `most` values with a total size of at most `most_size`; a value that takes a tenth of it is not kept.

    `name` is that of its metrics.
    """

    def __init__(self, most: int, most_size: int, name: str) -> None:
        self.most = most
        self.most_size = most_size
        self.size = 0
        self._values: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._lock = threading.Lock()
        self._statistics = caches.statistics(name, self)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[K]:
        """The keys, the least recently used first."""
        return list(self._values)

    def get(self, key: K, is_valid: Callable[[V], bool] | None = None) -> V | None:
        """The value of this key, which counts as used; None if there is none. One that is not valid is dropped."""
        with self._lock:
            entry = self._values.get(key)
            if entry is not None and is_valid is not None and not is_valid(entry.value):
                self._drop(key)
                entry = None
            if entry is None:
                self._statistics.misses += 1
                return None
            self._values.move_to_end(key)
        self._statistics.hit(monotonic() - entry.stored_at)
        return entry.value

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value, and drop the least recently used ones that exceed the limits."""
        if size * 10 > self.most_size:
            return
        with self._lock:
            self._drop(key)
            self._values[key] = _Entry(value, size, monotonic())
            self.size += size
            while len(self._values) > self.most or self.size > self.most_size:
                self._drop(next(iter(self._values)))
                self._statistics.evictions += 1

    def _drop(self, key: K) -> None:
        entry = self._values.pop(key, None)
        if entry is not None:
            self.size -= entry.size
