"""Products, their lists, categories and stock levels as anonymous viewers and customers see them, and customers' own accounts.

They are cached until an event or a scheduled time changes them.

A subscription to the catalog's and the inventory's events drops what changed. If a topic's process has not answered for
CURRENT_SECONDS, nothing is served from here.
"""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, NamedTuple, Protocol, TypeVar

from idl import catalog, inventory, recommender, users
from thriftshop import call_context, clock, reads
from thriftshop.events import Recorded, broadcast
from thriftshop.telemetry import caches

# A subscription hears from its topic's process at least every half second.
CURRENT_SECONDS = 2.0
MAX_ENTRIES = 10_000
# The products of pages are those of PRODUCTS.
MAX_LISTS = 3_000
MAX_FACETS = 500
MAX_CHANGES = 10_000
MISSING = object()


class Expiring(Protocol):
    """A struct that is valid until a moment (milliseconds), or until it changes."""

    @property
    def valid_until(self) -> int | None:
        """The moment."""


V = TypeVar("V", bound=Expiring)


class _Entry(NamedTuple, Generic[V]):
    value: V | None
    stored_at: float


class Cache(Generic[V]):
    """The structs last loaded, by key; None for a key that has none. It is current while all of its subscriptions are."""

    def __init__(self, name: str, *subscriptions: str, most: int = MAX_ENTRIES) -> None:
        self._subscriptions = subscriptions
        self._most = most
        self._current_until = 0.0
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry[V]] = OrderedDict()
        self._changed: OrderedDict[str, int] = OrderedDict()  # the number of the last change of each key
        self._forgotten = 0  # changes up to this one are no longer known by key
        self._statistics = caches.statistics(name, self)
        self.changes = 0

    def __len__(self) -> int:
        return len(self._entries)

    async def load(self, keys: list[str], load: Callable[[list[str]], Awaitable[Sequence[V | None]]]) -> list[V | None]:
        """The structs of these keys, in their order: from here, or from `load` for the rest."""
        now = monotonic()
        if not self._is_usable(now):
            return list(await load(keys))
        recorded = reads.current()
        if recorded is not None:
            for key in keys:
                recorded.add(self, key)
        with self._lock:
            changes = self.changes
            entries = {key: entry for key in keys if (entry := self._entries.get(key)) and _is_valid(entry.value)}
        values = {key: entry.value for key, entry in entries.items()}
        for entry in entries.values():
            self._statistics.hit(now - entry.stored_at)
        missing = [key for key in dict.fromkeys(keys) if key not in values]
        if missing:
            values |= await self._loaded(missing, load, changes)
        if recorded is not None:
            for value in values.values():
                recorded.expire_at(value.valid_until if value is not None else None)
        return [values[key] for key in keys]

    async def _loaded(
        self, missing: list[str], load: Callable[[list[str]], Awaitable[Sequence[V | None]]], changes: int
    ) -> dict[str, V | None]:
        self._statistics.misses += len(missing)
        try:
            with reads.not_recorded():
                loaded = dict(zip(missing, await load(missing), strict=True))
        except BaseException:
            reads.unknown()  # a resolver may answer without the values
            raise
        self._keep(loaded, changes)
        return loaded

    def share(self, loaded: dict[str, V], changes: int) -> list[V]:
        """Keep values that something else loaded when so many changes were counted; equal ones are returned from here."""
        if not self._is_usable(monotonic()):
            return list(loaded.values())
        with self._lock:
            known = {key: entry.value for key in loaded if (entry := self._entries.get(key))}
        shared = {key: value for key, value in known.items() if value is not None and value == loaded[key]}
        self._keep({key: value for key, value in loaded.items() if key not in shared}, changes)
        return [shared.get(key, value) for key, value in loaded.items()]

    def get(self, key: str) -> V | object | None:
        """The struct of this key, None if it has none; MISSING if that is not cached."""
        recorded = reads.current()
        if recorded is not None:
            recorded.add(self, key)
        entry = self._entries.get(key)
        now = monotonic()
        if entry is None or not self._is_usable(now):
            return MISSING
        value, stored_at = entry
        if value is not None and value.valid_until is not None:
            if value.valid_until <= clock.now():
                return MISSING
            if recorded is not None:
                recorded.expire_at(value.valid_until)
        self._statistics.hit(now - stored_at)
        return value

    def is_unchanged(self, keys: Collection[str], since: int) -> bool:
        """Whether its subscriptions are current, and none of these keys has changed after so many changes."""
        if not self._is_usable(monotonic()):
            return False
        if self.changes == since:
            return True
        with self._lock:
            return self._forgotten <= since and all(self._changed.get(key, 0) <= since for key in keys)

    def is_current(self) -> bool:
        """Whether its subscriptions are current."""
        return self._is_usable(monotonic())

    def drop(self, *keys: str) -> None:
        """Drop the cached values of these keys, and those that are being loaded."""
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)
                self._changed[key] = self.changes + 1
                self._changed.move_to_end(key)
            while len(self._changed) > MAX_CHANGES:
                self._forgotten = self._changed.popitem(last=False)[1]
            # Counted last: who reads the number without the lock must not find a value from before this change.
            self.changes += 1

    def drop_all(self) -> None:
        """Drop every cached value, and those that are being loaded."""
        with self._lock:
            self._drop_all()

    def clear(self) -> None:
        """Drop everything; whether the subscriptions are current is checked again."""
        with self._lock:
            self._current_until = 0.0
            self._drop_all()

    def _drop_all(self) -> None:
        self._entries.clear()
        self._changed.clear()
        self._forgotten = self.changes + 1
        self.changes += 1

    def _keep(self, loaded: Mapping[str, V | None], changes: int) -> None:
        """Keep what was loaded, unless it changed since `changes` were counted."""
        now = monotonic()
        with self._lock:
            if changes < self._forgotten:
                return
            for key, value in loaded.items():
                if self._changed.get(key, 0) <= changes:
                    self._entries[key] = _Entry(value, now)
                    self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
                self._statistics.evictions += 1

    def _is_usable(self, now: float) -> bool:
        if now > self._current_until:
            self._current_until = min(map(broadcast.current_at, self._subscriptions)) + CURRENT_SECONDS
            if now > self._current_until:
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


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account, for this customer only, and the currency that they have chosen."""

    user: users.User
    currency: str
    valid_until: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The segment of a customer; empty for none."""

    name: str
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of a list."""

    every: list[catalog.Facet]
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Recommended products, the best first."""

    products: list[recommender.Recommendation]
    valid_until: int | None


PRODUCTS: Cache[catalog.Product] = Cache("products", "gateway.products")
SLUGS: Cache[catalog.Product] = Cache("products_by_slug", "gateway.products")
LISTS: Cache[catalog.ProductPage] = Cache("product_lists", "gateway.products", "gateway.categories", most=MAX_LISTS)
FACETS: Cache[Facets] = Cache("facets", "gateway.products", "gateway.categories", most=MAX_FACETS)
CATEGORIES: Cache[Tree] = Cache("categories", "gateway.categories")
LEVELS: Cache[inventory.StockLevel] = Cache("stock_levels", "gateway.levels")
RANKINGS: Cache[Ranking] = Cache("recommendations", "gateway.products")
ACCOUNTS: Cache[Account] = Cache("accounts", "gateway.users")
SEGMENTS: Cache[Segment] = Cache("segments", "gateway.users")


def drop_product(record: Recorded) -> None:
    """Drop the product that an event is about, by SKU and by whatever slug it had, and all lists and facets."""
    PRODUCTS.drop(record.stream)
    SLUGS.drop_all()
    LISTS.drop_all()
    FACETS.drop_all()


def drop_categories(_record: Recorded) -> None:
    """Drop the category tree, and all lists and facets, because filters include subcategories."""
    CATEGORIES.drop_all()
    LISTS.drop_all()
    FACETS.drop_all()


def drop_level(record: Recorded) -> None:
    """Drop the stock level that an event is about."""
    LEVELS.drop(record.stream)


def drop_account(record: Recorded) -> None:
    """Drop the account that an event is about, and its segment."""
    ACCOUNTS.drop(record.stream)
    SEGMENTS.drop(record.stream)
