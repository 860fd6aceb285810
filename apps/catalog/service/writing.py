"""Writing products: one transaction in which rows, prices, sets, search index and events change together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction
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

LOCK = 2_018_0001  # any number that no other part of the shop locks


class Moment(NamedTuple):
    """When something is written: `now`, and `at`, when it happened (earlier for what is imported); milliseconds."""

    now: int
    at: int


def moment() -> Moment:
    """The current moment in the call context."""
    now, occurred_at = clock.now(), call_context.current().occurred_at
    return Moment(now, now if occurred_at is None else occurred_at)


# An event in the making: what it will be once the product that it carries is saved.
Pending = Callable[[catalog.Product], Any]


@dataclass(slots=True)
class Change:
    """A product about to be written: what it was, what it will be, its prices by currency, and what will be recorded."""

    product: Product
    before: rules.Details | None
    after: rules.Details
    prices_before: dict[str, price_rules.Timeline] = field(default_factory=dict)
    prices: dict[str, price_rules.Timeline] = field(default_factory=dict)
    events: list[Pending] = field(default_factory=list)

    def price(self, currency: str, at: int) -> int | None:
        """The amount in force at a moment, in minor units."""
        entry = price_rules.in_force(self.prices.get(currency, ()), at)
        return entry.amount if entry else None

    def set_price(self, currency: str, entry: price_rules.Entry, *, at_once: bool) -> catalog.PriceChanged | None:
        """Sets a price and notes the event; None where that changes nothing."""
        timeline = self.prices.get(currency, ())
        changed = price_rules.set_price(timeline, entry, at_once=at_once)
        if changed == timeline:
            return None
        self.prices[currency] = changed
        event = _price_changed(self.product.sku, currency, timeline, changed, entry)
        self.events.append(lambda _: event)
        return event

    def rewritten(self, differences: list[str]) -> None:
        """Notes that the product was written, before anything else that happens to it."""
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
def writing() -> Iterator[Moment]:
    """A transaction in which the catalog is written by nobody else, with the sliced prices brought up to its moment."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has let nobody else in since the transaction began
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        when = moment()
        settle(when.now)
        yield when


def settle(now: int) -> int:
    """Takes the scheduled prices that have come into force into the sliced prices; gives how many those were.

    Reads are right without it (finding.py looks at them beside the slices); it only keeps them few.
    """
    return _settle(Price.objects.filter(awaited=True, valid_from__lte=now), now, awaited=False)


def schedule_again(now: int) -> int:
    """Removes prices from the sliced prices that a fast clock added too early, and returns their number."""
    return _settle(Price.objects.filter(awaited=False, valid_from__gt=now + clock.SKEW_MS), now, awaited=True)


def _settle(prices: QuerySet[Price], now: int, *, awaited: bool) -> int:
    found = list(prices.values_list("id", "product_id", "currency"))
    for currency in {row[2] for row in found}:
        _reslice(currency, {product_id for _, product_id, other in found if other == currency}, now)
    Price.objects.filter(id__in=[row[0] for row in found]).update(awaited=awaited)
    return len(found)


def _reslice(currency: str, product_ids: set[int], now: int) -> None:
    added: dict[members.Key, list[int]] = defaultdict(list)
    rows = Price.objects.in_force(now).filter(currency=currency, product_id__in=product_ids)
    for product_id, amount in rows.values_list("product_id", "amount"):
        for key in members.price_keys(currency, amount):
            added[key].append(product_id)
    everywhere = set(Members.objects.filter(kind="price", code=currency).values_list("value", flat=True))
    removed = {members.Key("price", currency, value): list(product_ids) for value in everywhere}
    Members.objects.change({}, removed)
    Members.objects.change(added, {})


def changes_of(products: Sequence[Product]) -> list[Change]:
    """The products as they stand, ready to be changed."""
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


def found(skus: list[str]) -> list[Product]:
    """The products of these SKUs, in that order, each once. Raises common.NotFound, naming those there are not."""
    known = {product.sku: product for product in Product.objects.filter(sku__in=skus)}
    missing = [sku for sku in dict.fromkeys(skus) if sku not in known]
    if missing:
        listed = ", ".join(sku[:64] for sku in missing[:5]) + (" ..." if len(missing) > 5 else "")
        raise common.NotFound(message=f"There is no product {listed}.", kind="product", id=missing[0])
    return [known[sku] for sku in dict.fromkeys(skus)]


def save(changes: Sequence[Change], now: int) -> None:
    """Writes the products with all that hangs on them; within `writing()`, whose moment is `now`.

    Their versions have been counted on by the events of each, which `record` then records.
    """
    for change in changes:
        change.product.details = change.after
    _save_rows(changes)
    _save_prices(changes, now)
    _save_sets(changes, now)
    _save_words([change for change in changes if _worded(change)])


def record(changes: Sequence[Change], at: int) -> None:
    """Records what happened to these products, each in its stream; events carry the product with the version they made."""
    made: dict[str, Sequence[Any]] = {}
    for change, product in zip(changes, structs([change.product for change in changes], at), strict=True):
        first = product.version - len(change.events) + 1
        made[product.sku] = [
            make(catalog.Product(**{**vars(product), "version": first + number}))
            for number, make in enumerate(change.events)
        ]
    events.record_many("catalog", made)


def _save_rows(changes: Sequence[Change]) -> None:
    Product.objects.bulk_create([change.product for change in changes if change.before is None])
    known = [change.product for change in changes if change.before is not None]
    fields = [one.name for one in Product._meta.concrete_fields if one.name not in ("id", "sku", "created_at")]
    Product.objects.bulk_create(known, update_conflicts=True, unique_fields=["id"], update_fields=fields)
    names = {trait.code: trait.name for change in changes if _worded(change) for trait in change.after.traits}
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
            price_rows.Changed(change.product.id, currency, change.prices_before.get(currency, ()), timeline)
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
    held = {currency: price_rules.in_force(timeline, now) for currency, timeline in timelines.items()}
    return members.keys_of(details, {currency: entry.amount for currency, entry in held.items() if entry})


def _worded(change: Change) -> bool:
    """Whether what is looked for in it changed."""
    before, after = change.before, change.after
    return before is None or any(
        getattr(before, name) != getattr(after, name) for name in ("name", "traits", "category_id", "description")
    )


def _save_words(changes: Sequence[Change]) -> None:
    write_words([change.product for change in changes])


def write_words(products: Iterable[Product]) -> None:
    """Brings the search index in step with these products."""
    tree = {category.id: category for category in Category.objects.all()}
    names = {
        category.id: " ".join(tree[above].name for above in category.path.split(categories.SEPARATOR))
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
