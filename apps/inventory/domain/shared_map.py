"""A mapping that is never changed in place: one with another item shares the others with it, instead of copying them."""

from collections.abc import Iterator, Mapping
from math import isqrt
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_REMOVED: Any = object()


class SharedMap(Mapping[K, V]):
    """Some items, and the changes since: when those are many, for the number of the items, they are merged."""

    __slots__ = ("_changes", "_items", "_size")

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        self._items: dict[K, V] = dict(items or {})
        self._changes: dict[K, V] = {}
        self._size = len(self._items)

    def including(self, key: K, value: V) -> "SharedMap[K, V]":
        """These items, and this one."""
        return self._changed(key, value, self._size + (key not in self))

    def without(self, key: K) -> "SharedMap[K, V]":
        """These items without that of a key, which must be among them."""
        return self._changed(key, _REMOVED, self._size - 1)

    def _changed(self, key: K, value: V, size: int) -> "SharedMap[K, V]":
        changed: SharedMap[K, V] = SharedMap.__new__(SharedMap)
        changed._items, changed._changes, changed._size = self._items, {**self._changes, key: value}, size
        if len(changed._changes) > 16 + 2 * isqrt(len(self._items)):
            merged = {**changed._items, **changed._changes}
            for removed in [key for key, value in changed._changes.items() if value is _REMOVED]:
                del merged[removed]
            changed._items, changed._changes = merged, {}
        return changed

    def __getitem__(self, key: K) -> V:
        value = self._changes[key] if key in self._changes else self._items[key]
        if value is _REMOVED:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[K]:
        yield from (key for key in self._items if key not in self._changes)
        yield from (key for key, value in self._changes.items() if value is not _REMOVED)

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return f"SharedMap({dict(self)!r})"
