"""Values computed from the catalog, remembered by each process until the catalog changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any, Generic, TypeVar

from apps.catalog.models import revision
from thriftshop import clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """The values used last, by key, up to `most` in total size."""

    def __init__(self, most: int, size: Callable[[V], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._token: int | None = None
        self._total = 0
        self._entries: OrderedDict[K, tuple[V, int | None]] = OrderedDict()
        self._lock = threading.Lock()
        instances.append(self)

    def get(self, key: K, make: Callable[[], V], until: Callable[[V], int | None] = lambda _: None) -> V:
        """The value of a key. It is made again after the moment `until` (milliseconds), if it has one."""
        token = revision.current()
        known = self._known([key], token)
        if key in known:
            return known[key]
        value = make()
        self._keep({key: value}, token, until(value))
        return value

    def get_many(self, keys: Collection[K], make: Callable[[Collection[K]], Mapping[K, V]]) -> dict[K, V]:
        """The values of these keys; those that are not known are made together."""
        token = revision.current()
        values = self._known(keys, token)
        if missing := [key for key in keys if key not in values]:
            made = make(missing)
            self._keep(made, token, None)
            values |= made
        return values

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._total = 0

    def _known(self, keys: Collection[K], token: int | None) -> dict[K, V]:
        values: dict[K, V] = {}
        if token is None or token != self._token:
            return values
        with self._lock:
            for key in keys:
                value, until = self._entries.get(key, (None, 0))
                if until is None or until > clock.now():
                    self._entries.move_to_end(key)
                    values[key] = value  # type: ignore[assignment]  # None only without an entry
        return values

    def _keep(self, values: Mapping[K, V], token: int | None, until: int | None) -> None:
        """Keep values that were made from the catalog with this token, or a later one."""
        if token is None:
            return
        with self._lock:
            if token != self._token:
                self._token, self._total = token, 0
                self._entries.clear()
            for key, value in values.items():
                if key in self._entries:
                    self._total -= self._size(self._entries.pop(key)[0])
                self._entries[key] = value, until
                self._total += self._size(value)
            while self._total > self._most:
                _, (value, _) = self._entries.popitem(last=False)
                self._total -= self._size(value)


instances: list[Remembered[Any, Any]] = []


def forget() -> None:
    """Forget everything, for instance after the tables were emptied."""
    for instance in instances:
        instance.clear()
