"""Writing many products at once: each line planned by the rules, refused alone, then all that differs written together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from apps.catalog.domain import price_texts, slugs
from apps.catalog.domain import products as rules
from apps.catalog.models import Category, Product
from apps.catalog.service import price_changes, writing
from idl import catalog, common
from thriftshop import identity

MOST = 5_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of one line; `change` is None where nothing is."""

    outcome: catalog.ProductOutcome
    change: writing.Change | None = None


def put_products(products: list[catalog.ProductInput], dry_run: bool) -> list[catalog.ProductOutcome]:
    """Writes the products, or only says what would happen. See the contract."""
    identity.require_staff()
    if len(products) > MOST:
        raise common.InvalidInput(
            message=f"Send up to {MOST} products at a time, not {len(products)}.", field="products"
        )
    if dry_run:
        return [plan.outcome for plan in _plans(products, writing.moment().at)]
    with writing.writing() as moment:
        plans = _plans(products, moment.at)
        write([plan.change for plan in plans if plan.change is not None], moment)
    return [plan.outcome for plan in plans]


def _plans(inputs: Sequence[catalog.ProductInput], at: int) -> list[Plan]:
    skus = [wanted.sku for wanted in inputs]
    products = list(Product.objects.filter(sku__in=skus))
    known = {change.product.sku: change for change in writing.changes_of(products)}
    names = dict(Category.objects.values_list("id", "name"))
    free = _SlugsTaken(inputs)
    seen: set[str] = set()
    plans = []
    for wanted in inputs:
        try:
            if wanted.sku in seen:
                raise common.InvalidInput(message=f"{wanted.sku} stands twice in this list.", field="sku")
            seen.add(wanted.sku)
            plans.append(_plan(wanted, known.get(wanted.sku) or _new(wanted.sku, at), names, free, at))
        except common.InvalidInput as refusal:
            plans.append(Plan(_outcome(wanted.sku, "refused", [], refusal.message)))
    return plans


def _outcome(sku: str, outcome: str, differences: list[str], problem: str | None = None) -> catalog.ProductOutcome:
    return catalog.ProductOutcome(sku=sku, outcome=outcome, differences=differences, problem=problem)


class _SlugsTaken:
    """Which names are taken in addresses, by the catalog and by the lines before."""

    def __init__(self, inputs: Sequence[catalog.ProductInput]) -> None:
        asked = {slug for wanted in inputs for slug in (wanted.slug or "", *slugs.candidates(wanted.name, wanted.sku))}
        self._looked_up = asked
        self._owners: dict[str, str] = dict(Product.objects.filter(slug__in=asked).values_list("slug", "sku"))

    def by_other(self, sku: str) -> Callable[[str], bool]:
        """Says of a slug whether another product has it."""

        def taken(slug: str) -> bool:
            if slug not in self._looked_up:
                self._looked_up.add(slug)
                self._owners.update(Product.objects.filter(slug=slug).values_list("slug", "sku"))
            return self._owners.get(slug, sku) != sku

        return taken

    def take(self, slug: str, sku: str) -> None:
        """Notes that this line takes a slug."""
        self._owners[slug] = sku


def _new(sku: str, at: int) -> writing.Change:
    return writing.Change(Product(sku=sku, version=0, created_at=at), before=None, after=rules.Details(name=""))


def _plan(
    wanted: catalog.ProductInput, change: writing.Change, names: dict[str, str], taken: _SlugsTaken, at: int
) -> Plan:
    _check_version(wanted, change)
    before = change.before
    change.after = after = _with_slug(rules.written(before, wanted, names), wanted, taken)
    written = rules.differences(before, after, names)
    priced = _set_prices(change, wanted, at)
    check_on_sale(change, at)
    if not written and not priced:
        return Plan(_outcome(wanted.sku, "unchanged", []))
    taken.take(after.slug, wanted.sku)
    if _rewritten(change):
        change.rewritten(written)
    return Plan(_outcome(wanted.sku, "created" if before is None else "changed", written + priced), change)


def _check_version(wanted: catalog.ProductInput, change: writing.Change) -> None:
    if wanted.version is not None and wanted.version != change.product.version:
        raise common.InvalidInput(
            message="Somebody else has changed it since you looked; look at it again and repeat your change.",
            field="version",
        )


def _with_slug(after: rules.Details, wanted: catalog.ProductInput, taken: _SlugsTaken) -> rules.Details:
    by_other = taken.by_other(wanted.sku)
    if not after.slug:
        return rules.with_slug(after, slugs.free(after.name, wanted.sku, by_other))
    if by_other(after.slug):
        raise common.InvalidInput(message=f"Another product has the address {after.slug!r}.", field="slug")
    return after


def _set_prices(change: writing.Change, line: catalog.ProductInput, at: int) -> list[str]:
    """Sets the regular and temporary prices of a line; gives what that changes."""
    regular = [catalog.PriceInput(sku=line.sku, money=money) for money in line.prices or ()]
    asked = [price_changes.wanted(one, at, "prices") for one in regular]
    asked += [price_changes.wanted(one, at, "sales") for one in line.sales or ()]
    kinds = {(one.currency, one.entry.is_temporary) for one in asked}
    if len(kinds) < len(asked):
        raise common.InvalidInput(message="A currency stands twice among the prices.", field="prices")
    changed = price_changes.set_in_order([(change, one) for one in asked], at)
    return [price_texts.of_change(event, at) for event in changed]


def check_on_sale(change: writing.Change, at: int) -> None:
    """Raises common.InvalidInput where a product that goes on sale has no price."""
    if change.after.status != catalog.ProductStatus.PUBLISHED:
        return
    if change.before is not None and change.before.status == change.after.status:
        return
    if all(change.price(currency, at) is None for currency in change.prices):
        raise common.InvalidInput(
            message=f"{change.product.sku} has no price yet, so it cannot be on sale; set one first.", field="prices"
        )


def _rewritten(change: writing.Change) -> bool:
    """Whether more changed than status and prices, which have events of their own."""
    return change.before is None or rules.but_for_status(change.before) != rules.but_for_status(change.after)


def write(changes: list[writing.Change], moment: writing.Moment) -> None:
    """Saves what changed, with its events; within `writing()`, whose moment it is."""
    for change in changes:
        _note_status(change, moment.at)
        change.product.version += len(change.events)
        change.product.updated_at = moment.at
    writing.save(changes, moment.now)
    writing.record(changes, moment.at)


def _note_status(change: writing.Change, at: int) -> None:
    if change.before is not None and change.before.status == change.after.status:
        return
    if change.after.status == catalog.ProductStatus.PUBLISHED:
        change.product.published_at = at
        change.events.append(lambda product: catalog.ProductPublished(product=product))
    elif change.after.status == catalog.ProductStatus.ARCHIVED:
        change.events.append(lambda product: catalog.ProductArchived(sku=product.sku))


def put_in_category(products: list[Product], category_id: str | None, moment: writing.Moment) -> None:
    """Puts products in a category or in none; within `writing()`, whose moment it is."""
    names = dict(Category.objects.values_list("id", "name"))
    changes = writing.changes_of(products)
    for change in changes:
        change.after = replace(change.after, category_id=category_id or "")
        change.rewritten(rules.differences(change.before, change.after, names))
    write(changes, moment)
