"""Saving products: rows, prices, sets, search index and events in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import db
from django.db.models import QuerySet

from apps.catalog.domain import categories
from apps.catalog.domain import prices as price_rules
from apps.catalog.domain import products as rules
from apps.catalog.models import Category, Members, Price, PriceEntry, Product, Trait, members, search
from apps.catalog.models.products import structs
from apps.catalog.models.search import queries
from apps.catalog.service import price_rows
from idl import catalog, common
from thriftshop import call_context, clock, events

LOCK = 2_018_0001  # an arbitrary number for the advisory lock, used by nothing else


class Moment(NamedTuple):
    """The time of a write: `now`, and `at`, when it happened (earlier for imports); milliseconds."""

    now: int
    at: int


def current_moment() -> Moment:
    """The current moment in the call context."""
    now, occurred_at = clock.now(), call_context.current().occurred_at
    return Moment(now, now if occurred_at is None else occurred_at)


# Makes an event from the product as it is saved.
EventFactory = Callable[[catalog.Product], Any]


@dataclass(slots=True)
class Change:
    """A product to be saved: its details before and after, its prices by currency, and the events to record."""

    product: Product
    before: rules.Details | None
    after: rules.Details
    prices_before: dict[str, price_rules.Timeline] = field(default_factory=dict)
    prices: dict[str, price_rules.Timeline] = field(default_factory=dict)
    events: list[EventFactory] = field(default_factory=list)

    def price(self, currency: str, at: int) -> int | None:
        """The amount in force at a moment, in minor units."""
        entry = price_rules.in_force(self.prices.get(currency, ()), at)
        return entry.amount if entry else None

    def set_price(self, currency: str, entry: price_rules.Entry, *, at_once: bool) -> catalog.PriceChanged | None:
        """Set a price and add its event; None if nothing changes."""
        timeline = self.prices.get(currency, ())
        changed = price_rules.set_price(timeline, entry, at_once=at_once)
        if changed == timeline:
            return None
        self.prices[currency] = changed
        event = _price_changed(self.product.sku, currency, timeline, changed, entry)
        self.events.append(lambda _: event)
        return event

    def add_written_event(self, differences: list[str]) -> None:
        """Add a ProductWritten event before the other events."""
        self.events.insert(0, lambda product: catalog.ProductWritten(product=product, differences=differences))


def _price_changed(
    sku: str, currency: str, timeline: price_rules.Timeline, changed: price_rules.Timeline, entry: price_rules.Entry
) -> catalog.PriceChanged:
    replaced = price_rules.in_force if entry.is_temporary else price_rules.regular
    before = replaced(timeline, entry.valid_from)
    return catalog.PriceChanged(
        price=catalog.Price(
            sku=sku,
            money=common.Money(amount=entry.amount, currency=currency),
            valid_from=entry.valid_from,
            valid_until=price_rules.valid_until(changed, entry),
            reason=entry.reason or None,
            actor=entry.actor or None,
            ends_at=entry.ends_at,
        ),
        before=common.Money(amount=before.amount, currency=currency) if before else None,
    )


@contextmanager
def transaction() -> Iterator[Moment]:
    """A transaction with an exclusive lock on the catalog, in which due prices have been applied."""
    with db.transaction.atomic():
        if db.connection.vendor == "postgresql":  # SQLite locks the database when a transaction starts
            with db.connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        moment = current_moment()
        apply_due_prices(moment.now)
        yield moment


def apply_due_prices(now: int) -> int:
    """Add scheduled prices that have come into force to the sliced prices, and return their number.

    Reads are correct without it, because selection.py overlays the due prices; it keeps their number small.
    """
    return _move_prices(Price.objects.filter(awaited=True, valid_from__lte=now), now, awaited=False)


def schedule_again(now: int) -> int:
    """Remove prices from the sliced prices that a fast clock added too early, and return their number."""
    return _move_prices(Price.objects.filter(awaited=False, valid_from__gt=now + clock.SKEW_MS), now, awaited=True)


def _move_prices(prices: QuerySet[Price], now: int, *, awaited: bool) -> int:
    rows = list(prices.values_list("id", "product_id", "currency"))
    for currency in {row[2] for row in rows}:
        _reslice(currency, {product_id for _, product_id, other in rows if other == currency}, now)
    Price.objects.filter(id__in=[row[0] for row in rows]).update(awaited=awaited)
    return len(rows)


def _reslice(currency: str, product_ids: set[int], now: int) -> None:
    added: dict[members.Key, list[int]] = defaultdict(list)
    rows = Price.objects.in_force(now).filter(currency=currency, product_id__in=product_ids)
    for product_id, amount in rows.values_list("product_id", "amount"):
        for key in members.price_keys(currency, amount):
            added[key].append(product_id)
    values = set(Members.objects.filter(kind="price", code=currency).values_list("value", flat=True))
    removed = {members.Key("price", currency, value): list(product_ids) for value in values}
    Members.objects.change({}, removed)
    Members.objects.change(added, {})


def changes_of(products: Sequence[Product]) -> list[Change]:
    """Changes of these products that do not change anything yet."""
    timelines = PriceEntry.objects.timelines(product.id for product in products)
    by_product: dict[int, dict[str, price_rules.Timeline]] = defaultdict(dict)
    for (product_id, currency), timeline in timelines.items():
        by_product[product_id][currency] = timeline
    return [
        Change(
            product,
            before=product.details,
            after=product.details,
            prices_before=dict(by_product[product.id]),
            prices=dict(by_product[product.id]),
        )
        for product in products
    ]


def require_products(skus: list[str]) -> list[Product]:
    """The products with these SKUs, in that order, each once. Raises common.NotFound with the missing ones."""
    known = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    missing = [sku for sku in dict.fromkeys(skus) if sku not in known]
    if missing:
        listed = ", ".join(sku[:64] for sku in missing[:5]) + (" ..." if len(missing) > 5 else "")
        raise common.NotFound(message=f"There is no product {listed}.", kind="product", id=missing[0])
    return [known[sku] for sku in dict.fromkeys(skus)]


def save(changes: Sequence[Change], now: int) -> None:
    """Save the products with their prices, sets and search index; to be called within `transaction()`, at its `now`.

    Their versions already include their events, which are recorded by `record`.
    """
    for change in changes:
        change.product.details = change.after
    _save_rows(changes)
    _save_prices(changes, now)
    _save_sets(changes, now)
    index_products([change.product for change in changes if _affects_search(change)])


def record(changes: Sequence[Change], at: int) -> None:
    """Record the events of these products in their streams; each event has the product with its version."""
    batches: dict[str, Sequence[Any]] = {}
    for change, product in zip(changes, structs([change.product for change in changes], at), strict=True):
        first = product.version - len(change.events) + 1
        batches[product.sku] = [
            make(catalog.Product(**{**vars(product), "version": first + number}))
            for number, make in enumerate(change.events)
        ]
    events.record_many("catalog", batches)


def _save_rows(changes: Sequence[Change]) -> None:
    Product.objects.bulk_create([change.product for change in changes if change.before is None])
    known = [change.product for change in changes if change.before is not None]
    fields = [field.name for field in Product._meta.concrete_fields if field.name not in ("id", "sku", "created_at")]
    Product.objects.bulk_create(known, update_conflicts=True, unique_fields=["id"], update_fields=fields)
    names = {trait.code: trait.name for change in changes if _affects_search(change) for trait in change.after.traits}
    known_names = dict(Trait.objects.filter(code__in=names).values_list("code", "name"))
    Trait.objects.bulk_create(
        [Trait(code=code, name=name) for code, name in names.items() if known_names.get(code) != name],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    )


def _save_prices(changes: Sequence[Change], now: int) -> None:
    price_rows.write(
        [
            price_rows.Change(change.product.id, currency, change.prices_before.get(currency, ()), timeline)
            for change in changes
            for currency, timeline in change.prices.items()
            if timeline != change.prices_before.get(currency, ())
        ],
        now,
    )


def _save_sets(changes: Sequence[Change], now: int) -> None:
    added: dict[members.Key, list[int]] = defaultdict(list)
    removed: dict[members.Key, list[int]] = defaultdict(list)
    for change in changes:
        old = _keys(change.before, change.prices_before, now) if change.before else set()
        new = _keys(change.after, change.prices, now)
        for key in new - old:
            added[key].append(change.product.id)
        for key in old - new:
            removed[key].append(change.product.id)
    Members.objects.change(added, removed)


def _keys(details: rules.Details, timelines: dict[str, price_rules.Timeline], now: int) -> set[members.Key]:
    current = {currency: price_rules.in_force(timeline, now) for currency, timeline in timelines.items()}
    return members.keys_of(details, {currency: entry.amount for currency, entry in current.items() if entry})


def _affects_search(change: Change) -> bool:
    """Whether a field in the search index changed."""
    before, after = change.before, change.after
    return before is None or any(
        getattr(before, name) != getattr(after, name) for name in ("name", "traits", "category_id", "description")
    )


def index_products(products: Iterable[Product]) -> None:
    """Update the search index for these products."""
    tree = {category.id: category for category in Category.objects.all()}
    names = {
        category.id: " ".join(tree[ancestor_id].name for ancestor_id in category.path.split(categories.SEPARATOR))
        for category in tree.values()
    }
    search.write(
        [
            queries.Row(
                product.id,
                product.name,
                product.sku,
                " ".join(f"{name} {value}" for _, name, value in product.attributes),
                names.get(product.category_id or "", ""),
                product.description,
            )
            for product in products
        ]
    )
