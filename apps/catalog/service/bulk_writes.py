"""Writing many products in one transaction: each line is validated on its own, then all changes are saved together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from apps.catalog.domain import price_texts, slugs
from apps.catalog.domain import products as rules
from apps.catalog.models import Category, Product
from apps.catalog.service import price_changes, writing
from idl import catalog, common
from thriftshop import identity

MAX_PRODUCTS = 5_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of one line, and the change to save, None if there is none."""

    outcome: catalog.ProductOutcome
    change: writing.Change | None = None


def put_products(products: list[catalog.ProductInput], dry_run: bool) -> list[catalog.ProductOutcome]:
    """Write the products, or with `dry_run` only return what would change. See the contract."""
    identity.require_staff()
    if len(products) > MAX_PRODUCTS:
        raise common.InvalidInput(
            message=f"Send up to {MAX_PRODUCTS} products at a time, not {len(products)}.", field="products"
        )
    if dry_run:
        return [plan.outcome for plan in _plans(products, writing.current_moment().at)]
    with writing.transaction() as moment:
        plans = _plans(products, moment.at)
        write([plan.change for plan in plans if plan.change is not None], moment)
    return [plan.outcome for plan in plans]


def _plans(inputs: Sequence[catalog.ProductInput], at: int) -> list[Plan]:
    skus = [line.sku for line in inputs]
    products = list(Product.objects.filter(sku__in=skus))
    existing = {change.product.sku: change for change in writing.changes_of(products)}
    names = dict(Category.objects.values_list("id", "name"))
    slugs_in_use = _SlugsInUse(inputs)
    seen: set[str] = set()
    plans = []
    for line in inputs:
        try:
            if line.sku in seen:
                raise common.InvalidInput(message=f"{line.sku} occurs twice in this list.", field="sku")
            seen.add(line.sku)
            plans.append(_plan(line, existing.get(line.sku) or _new(line.sku, at), names, slugs_in_use, at))
        except common.InvalidInput as refusal:
            plans.append(Plan(_outcome(line.sku, "refused", [], refusal.message)))
    return plans


def _outcome(sku: str, outcome: str, differences: list[str], problem: str | None = None) -> catalog.ProductOutcome:
    return catalog.ProductOutcome(sku=sku, outcome=outcome, differences=differences, problem=problem)


class _SlugsInUse:
    """The slugs of the catalog and of the lines processed so far."""

    def __init__(self, inputs: Sequence[catalog.ProductInput]) -> None:
        candidates = {slug for line in inputs for slug in (line.slug or "", *slugs.candidates(line.name, line.sku))}
        self._looked_up = candidates
        self._owners: dict[str, str] = dict(Product.objects.filter(slug__in=candidates).values_list("slug", "sku"))

    def by_another(self, sku: str) -> Callable[[str], bool]:
        """A function that returns whether a product other than `sku` uses a slug."""

        def is_used(slug: str) -> bool:
            if slug not in self._looked_up:
                self._looked_up.add(slug)
                self._owners.update(Product.objects.filter(slug=slug).values_list("slug", "sku"))
            return self._owners.get(slug, sku) != sku

        return is_used

    def add(self, slug: str, sku: str) -> None:
        """Mark a slug as used by this product."""
        self._owners[slug] = sku


def _new(sku: str, at: int) -> writing.Change:
    return writing.Change(Product(sku=sku, version=0, created_at=at), before=None, after=rules.Details(name=""))


def _plan(
    line: catalog.ProductInput, change: writing.Change, names: dict[str, str], slugs_in_use: _SlugsInUse, at: int
) -> Plan:
    _check_version(line, change)
    before = change.before
    change.after = after = _with_slug(rules.written(before, line, names), line, slugs_in_use)
    differences = rules.differences(before, after, names)
    price_changes_made = _set_prices(change, line, at)
    check_on_sale(change, at)
    if not differences and not price_changes_made:
        return Plan(_outcome(line.sku, "unchanged", []))
    slugs_in_use.add(after.slug, line.sku)
    if _differs_in_details(change):
        change.add_written_event(differences)
    outcome = "created" if before is None else "changed"
    return Plan(_outcome(line.sku, outcome, differences + price_changes_made), change)


def _check_version(line: catalog.ProductInput, change: writing.Change) -> None:
    if line.version is not None and line.version != change.product.version:
        raise common.InvalidInput(
            message="The product was changed by somebody else meanwhile. Reload it and repeat your change.",
            field="version",
        )


def _with_slug(after: rules.Details, line: catalog.ProductInput, slugs_in_use: _SlugsInUse) -> rules.Details:
    is_used = slugs_in_use.by_another(line.sku)
    if not after.slug:
        return rules.with_slug(after, slugs.free(after.name, line.sku, is_used))
    if is_used(after.slug):
        raise common.InvalidInput(message=f"Another product has the address {after.slug!r}.", field="slug")
    return after


def _set_prices(change: writing.Change, line: catalog.ProductInput, at: int) -> list[str]:
    """Set the regular and temporary prices of a line; return descriptions of the changes."""
    regular = [catalog.PriceInput(sku=line.sku, money=money) for money in line.prices or ()]
    requests = [price_changes.request(price, at, "prices") for price in regular]
    requests += [price_changes.request(sale, at, "sales") for sale in line.sales or ()]
    kinds = {(request.currency, request.entry.is_temporary) for request in requests}
    if len(kinds) < len(requests):
        raise common.InvalidInput(message="A currency occurs twice among the prices.", field="prices")
    changed = price_changes.set_in_order([(change, request) for request in requests], at)
    return [price_texts.of_change(event, at) for event in changed]


def check_on_sale(change: writing.Change, at: int) -> None:
    """Raise common.InvalidInput if a product without a price is put on sale."""
    if change.after.status != catalog.ProductStatus.PUBLISHED:
        return
    if change.before is not None and change.before.status == change.after.status:
        return
    if all(change.price(currency, at) is None for currency in change.prices):
        raise common.InvalidInput(
            message=f"{change.product.sku} has no price, so it cannot be on sale. Set a price first.", field="prices"
        )


def _differs_in_details(change: writing.Change) -> bool:
    """Whether the change needs a ProductWritten event: status and prices have events of their own."""
    return change.before is None or rules.without_status(change.before) != rules.without_status(change.after)


def write(changes: list[writing.Change], moment: writing.Moment) -> None:
    """Save the changes with their events; to be called within `writing.transaction()`, at its moment."""
    for change in changes:
        _apply_status(change, moment.at)
        change.product.version += len(change.events)
        change.product.updated_at = moment.at
    writing.save(changes, moment.now)
    writing.record(changes, moment.at)


def _apply_status(change: writing.Change, at: int) -> None:
    if change.before is not None and change.before.status == change.after.status:
        return
    if change.after.status == catalog.ProductStatus.PUBLISHED:
        change.product.published_at = at
        change.events.append(lambda product: catalog.ProductPublished(product=product))
    elif change.after.status == catalog.ProductStatus.ARCHIVED:
        change.events.append(lambda product: catalog.ProductArchived(sku=product.sku))


def put_in_category(products: list[Product], category_id: str | None, moment: writing.Moment) -> None:
    """Put products in a category or in none; to be called within `writing.transaction()`, at its moment."""
    names = dict(Category.objects.values_list("id", "name"))
    changes = writing.changes_of(products)
    for change in changes:
        change.after = replace(change.after, category_id=category_id or "")
        change.add_written_event(rules.differences(change.before, change.after, names))
    write(changes, moment)
