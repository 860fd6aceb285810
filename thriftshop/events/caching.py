"""Caches of what another context's service answers, by key, while the events of its topic are followed."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from thriftshop import call_context, clock
from thriftshop.events import broadcast

# A subscription hears from its topic's process at least every half second.
CURRENT_SECONDS = 2.0
MAX_ENTRIES = 10_000


class Expiring(Protocol):
    """A value that is valid until a moment (milliseconds), or until an event changes it."""

    @property
    def valid_until(self) -> int | None:
        """The moment."""


V = TypeVar("V", bound=Expiring)
_caches: "weakref.WeakSet[Cache[Any]]" = weakref.WeakSet()


class Cache(Generic[V]):
    """The last answers by key; None for a key without a value.

    The handler of the subscription drops what an event changes. While the subscription is not current, every key is read.
    """

    def __init__(self, subscription: str, size: int = MAX_ENTRIES) -> None:
        self._subscription = subscription
        self._size = size
        self._current_until = float("-inf")
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, V | None] = OrderedDict()
        self._reads: dict[int, set[str]] = {}  # the keys dropped during each read
        _caches.add(self)

    def get(self, keys: Iterable[str], read: Callable[[Sequence[str]], Mapping[str, V]]) -> dict[str, V | None]:
        """The values of these keys, the missing ones from `read`."""
        requested = list(dict.fromkeys(keys))
        if not self._is_usable():
            values = read(requested)
            return {key: values.get(key) for key in requested}
        now = clock.now()
        with self._lock:
            cached = {key: self._entries[key] for key in requested if self._is_valid(key, now)}
        missing = [key for key in requested if key not in cached]
        return cached | self._read(missing, read) if missing else cached

    def drop(self, *keys: str) -> None:
        """Drop the values of these keys, and do not keep those that are being read."""
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)
            for dropped in self._reads.values():
                dropped.update(keys)

    def clear(self) -> None:
        """Drop everything; whether the subscription is current is checked again."""
        with self._lock:
            self._current_until = float("-inf")
            self._entries.clear()
            self._reads.clear()

    def _read(self, keys: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, V]]) -> dict[str, V | None]:
        dropped: set[str] = set()
        with self._lock:
            self._reads[id(dropped)] = dropped
        values: Mapping[str, V] | None = None
        try:
            values = read(keys)
        finally:
            with self._lock:
                is_followed = self._reads.pop(id(dropped), None) is not None
                if values is not None and is_followed:
                    self._entries |= {key: values.get(key) for key in keys if key not in dropped}
                while len(self._entries) > self._size:
                    self._entries.popitem(last=False)
        return {key: values.get(key) for key in keys}

    def _is_valid(self, key: str, now: int) -> bool:
        if key not in self._entries:
            return False
        value = self._entries[key]
        return value is None or value.valid_until is None or now < value.valid_until

    def _is_usable(self) -> bool:
        """Whether the values are current; never for imports, which ask for values at other dates."""
        if monotonic() > self._current_until:
            self._current_until = broadcast.current_at(self._subscription) + CURRENT_SECONDS
            if monotonic() > self._current_until:
                self.clear()
                return False
        return call_context.current().occurred_at is None


def forget_all() -> None:
    """Clear every cache, for instance after the tables were emptied."""
    for cache in list(_caches):
        cache.clear()
