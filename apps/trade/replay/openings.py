"""The opening of a day: creates customers and products, sets prices, and receives goods."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence

from apps.trade.domain import countries, limits, planning, steps
from apps.trade.replay.run import CURRENCY, Halted, Run, at_time, batches, connect, moment, money, wait_for_catalog
from idl import catalog, common, inventory, users
from thriftshop import call_context

BATCH = 200
UNKNOWN = "not recorded"


def open_day(run: Run, day: steps.Day) -> None:
    """Prepare the shop for the day's documents, dated at its first moment."""
    midnight = dt.datetime.combine(day.date, dt.time())
    with at_time(midnight):
        _import(run, day.customers)
        _publish(day.products, midnight)
        _price(dict(day.prices), midnight)
        _receive(run, day)
    if day.products or day.prices:
        wait_for_catalog()


def load_customers(run: Run) -> None:
    """Load the ids of the customers of completed days, by an import that changes nothing."""
    until = run.record.next_day
    if until is not None:
        with call_context.using(caller="trade"):
            _import(run, [customer for customer in run.plan.customers.values() if customer.day < until])


def email_of(reference: str) -> str:
    """A customer's e-mail address, which is undeliverable: the top-level domain `invalid` is reserved for that."""
    plain = reference.lower()
    if not (plain.isascii() and plain.isalnum() and len(plain) <= 40):
        plain = hashlib.blake2b(reference.encode(), digest_size=10).hexdigest()
    return f"customer-{plain}@trade.invalid"


def _import(run: Run, customers: Sequence[planning.Customer]) -> None:
    for batch in batches(customers, BATCH):
        ids = connect(users.UsersService).import_users([_user(account) for account in batch])
        run.users.update(zip((account.reference for account in batch), ids, strict=True))


def _user(customer: planning.Customer) -> users.UserImport:
    """A customer; only the country of their address is known."""
    name = f"Customer {customer.reference}"[:100]
    country = countries.code_of(customer.country)
    unknown = common.Address(name=name, lines=[UNKNOWN], city=UNKNOWN, postcode=UNKNOWN, country=country or "")
    return users.UserImport(email=email_of(customer.reference), name=name, addresses=[unknown] if country else None)


def _publish(products: Sequence[planning.Product], midnight: dt.datetime) -> None:
    """Create and publish products; existing ones are published, and get the price."""
    shop = connect(catalog.CatalogService)
    for batch in batches(products, BATCH):
        existing = {product.sku: product for product in shop.get_products([product.code for product in batch])}
        new = [product for product in batch if product.code not in existing]
        if new:
            _require_all(shop.put_products([_input(product) for product in new], False))
        unpublished = [sku for sku, product in existing.items() if product.status != catalog.ProductStatus.PUBLISHED]
        if unpublished:
            shop.publish_products(unpublished)
        _price({product.code: product.history[0].price for product in batch if product.code in existing}, midnight)


def _input(product: planning.Product) -> catalog.ProductInput:
    return catalog.ProductInput(
        sku=product.code,
        name=product.name[:200],
        prices=[money(product.history[0].price)],
        status=catalog.ProductStatus.PUBLISHED,
    )


def _require_all(outcomes: Iterable[catalog.ProductOutcome]) -> None:
    refused = next((outcome for outcome in outcomes if outcome.outcome == "refused"), None)
    if refused:
        raise Halted(f"Product {refused.sku}: {refused.problem}")


def _price(prices: dict[str, int], midnight: dt.datetime) -> None:
    """Set the prices that are not in force already."""
    shop = connect(catalog.CatalogService)
    for batch in batches(list(prices), BATCH):
        in_force = {p.sku: p.money.amount for p in shop.get_prices(list(batch), CURRENCY, moment(midnight))}
        changed = [
            catalog.PriceInput(sku=sku, money=money(prices[sku]), valid_from=moment(midnight))
            for sku in batch
            if in_force.get(sku) != prices[sku]
        ]
        if changed:
            shop.set_prices(changed)


def _receive(run: Run, day: steps.Day) -> None:
    goods = [line for receipt in day.receipts for line in _stock_lines(receipt.code, receipt.quantity)]
    for number, batch in enumerate(batches(goods, BATCH)):
        key = run.key(f"{day.date.isoformat()}:receive:{number}")
        connect(inventory.InventoryService).receive(key, list(batch), f"delivery of {day.date.isoformat()}", None)


def _stock_lines(sku: str, quantity: int) -> Iterator[inventory.StockLine]:
    """A delivery, split into lines within the contract's limit."""
    for start in range(0, quantity, limits.QUANTITY):
        yield inventory.StockLine(sku=sku, quantity=min(limits.QUANTITY, quantity - start))
