"""A cache of the most recently used values, limited by number and by size."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """At most `most` values with a total size of at most `most_size`; a value that takes a tenth of it is not kept."""

    def __init__(self, most: int, most_size: int) -> None:
        self.most = most
        self.most_size = most_size
        self.size = 0
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[K]:
        """The keys, the least recently used first."""
        return list(self._values)

    def get(self, key: K) -> V | None:
        """The value of this key, which counts as used; None if there is none."""
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            self._values.move_to_end(key)
            return entry[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value, and drop the least recently used ones that exceed the limits."""
        if size * 10 > self.most_size:
            return
        with self._lock:
            _, replaced = self._values.pop(key, (None, 0))
            self._values[key] = (value, size)
            self.size += size - replaced
            while len(self._values) > self.most or self.size > self.most_size:
                _, (_, dropped) = self._values.popitem(last=False)
                self.size -= dropped
