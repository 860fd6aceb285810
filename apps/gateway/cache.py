"""Products, their lists, categories and stock levels as anonymous viewers and customers see them.

They are cached until an event or a scheduled time changes them.

A subscription to the catalog's and the inventory's events drops what changed. If a topic's process has not answered for
CURRENT_SECONDS, nothing is served from here.
"""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, Protocol, TypeVar, cast

from idl import catalog, inventory
from thriftshop import call_context, clock
from thriftshop.events import Recorded, broadcast

# A subscription hears from its topic's process at least every half second.
CURRENT_SECONDS = 2.0
MAX_ENTRIES = 10_000
# A page holds up to 100 products.
MAX_LISTS = 500
MAX_CHANGES = 10_000
MISSING = object()


class Expiring(Protocol):
    """A struct that is valid until a moment (milliseconds), or until it changes."""

    @property
    def valid_until(self) -> int | None:
        """The moment."""


V = TypeVar("V", bound=Expiring)


class Cache(Generic[V]):
    """The structs last loaded, by key; None for a key that has none."""

    def __init__(self, subscription: str, most: int = MAX_ENTRIES) -> None:
        self._subscription = subscription
        self._most = most
        self._current_until = 0.0
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, V | None] = OrderedDict()
        self._changed: OrderedDict[str, int] = OrderedDict()  # the number of the last change of each key
        self._changes = 0
        self._forgotten = 0  # changes up to this one are no longer known by key

    async def load(self, keys: list[str], load: Callable[[list[str]], Awaitable[Sequence[V | None]]]) -> list[V | None]:
        """The structs of these keys, in their order: from here, or from `load` for the rest."""
        if not self._is_usable():
            return list(await load(keys))
        with self._lock:
            cached = {key: self._entries[key] for key in keys if key in self._entries and _is_valid(self._entries[key])}
            changes = self._changes
        missing = [key for key in dict.fromkeys(keys) if key not in cached]
        if missing:
            loaded = dict(zip(missing, await load(missing), strict=True))
            self._keep(loaded, changes)
            cached |= loaded
        return [cached[key] for key in keys]

    def get(self, key: str) -> V | object | None:
        """The struct of this key, None if it has none; MISSING if that is not cached."""
        value = self._entries.get(key, MISSING)
        return value if value is not MISSING and _is_valid(cast("V | None", value)) and self._is_usable() else MISSING

    def drop(self, *keys: str) -> None:
        """Drop the cached values of these keys, and those that are being loaded."""
        with self._lock:
            self._changes += 1
            for key in keys:
                self._entries.pop(key, None)
                self._changed[key] = self._changes
                self._changed.move_to_end(key)
            while len(self._changed) > MAX_CHANGES:
                self._forgotten = self._changed.popitem(last=False)[1]

    def drop_all(self) -> None:
        """Drop every cached value, and those that are being loaded."""
        with self._lock:
            self._changes += 1
            self._forgotten = self._changes
            self._entries.clear()

    def clear(self) -> None:
        """Drop everything; whether the subscription is current is checked again."""
        with self._lock:
            self._current_until = 0.0
            self._entries.clear()

    def _keep(self, loaded: dict[str, V | None], changes: int) -> None:
        """Keep what was loaded, unless it changed since `changes` were counted."""
        with self._lock:
            if changes < self._forgotten:
                return
            for key, value in loaded.items():
                if self._changed.get(key, 0) <= changes:
                    self._entries[key] = value
                    self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def _is_usable(self) -> bool:
        if monotonic() > self._current_until:
            self._current_until = broadcast.current_at(self._subscription) + CURRENT_SECONDS
            if monotonic() > self._current_until:
                self.clear()
                return False
        return call_context.current().occurred_at is None


def _is_valid(value: Expiring | None) -> bool:
    return value is None or value.valid_until is None or value.valid_until > clock.now()


@dataclass(frozen=True, slots=True)
class Tree:
    """The category tree: every category in the tree's own order, by id, and by the id of its parent."""

    every: list[catalog.Category]
    by_id: dict[str, catalog.Category] = field(default_factory=dict)
    children: dict[str | None, list[catalog.Category]] = field(default_factory=dict)
    valid_until: int | None = None


PRODUCTS: Cache[catalog.Product] = Cache("gateway.products")
LISTS: Cache[catalog.ProductPage] = Cache("gateway.products", MAX_LISTS)
CATEGORIES: Cache[Tree] = Cache("gateway.categories")
LEVELS: Cache[inventory.StockLevel] = Cache("gateway.levels")


def drop_product(record: Recorded) -> None:
    """Drop the product that an event is about, and all lists."""
    PRODUCTS.drop(record.stream)
    LISTS.drop_all()


def drop_categories(_record: Recorded) -> None:
    """Drop the category tree, and all lists, because filters include subcategories."""
    CATEGORIES.drop_all()
    LISTS.drop_all()


def drop_level(record: Recorded) -> None:
    """Drop the stock level that an event is about."""
    LEVELS.drop(record.stream)
