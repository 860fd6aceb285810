"""Before the door opens: customers are known, products stand on the list at their prices, goods have come in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence

from apps.trade.domain import countries, limits, planning, steps
from apps.trade.replay.run import CURRENCY, Halted, Run, connect, happening, learn, moment, money, parts
from idl import catalog, common, inventory, users
from thriftshop import call_context

BATCH = 200
UNKNOWN = "not recorded"


def open_day(run: Run, day: steps.Day) -> None:
    """All that must be so at the first moment of the day."""
    midnight = dt.datetime.combine(day.date, dt.time())
    with happening(midnight):
        _import(run, day.customers)
        _list(day.products, midnight)
        _price(dict(day.prices), midnight)
        _receive(run, day)
    if day.products or day.prices:
        learn()


def know_customers(run: Run) -> None:
    """Learns the ids of the customers of days already done; they are there, so nothing changes."""
    until = run.record.next_day
    if until is not None:
        with call_context.using(caller="trade"):
            _import(run, [customer for customer in run.plan.customers.values() if customer.day < until])


def email_of(reference: str) -> str:
    """A customer's address, where nobody can be reached: the top-level name `invalid` is reserved for that."""
    plain = reference.lower()
    if not (plain.isascii() and plain.isalnum() and len(plain) <= 40):
        plain = hashlib.blake2b(reference.encode(), digest_size=10).hexdigest()
    return f"customer-{plain}@trade.invalid"


def _import(run: Run, customers: Sequence[planning.Customer]) -> None:
    for part in parts(customers, BATCH):
        ids = connect(users.UsersService).import_users([_known(one) for one in part])
        run.users.update(zip((one.reference for one in part), ids, strict=True))


def _known(customer: planning.Customer) -> users.UserImport:
    """A customer; of where they live the country is all that is recorded."""
    name = f"Customer {customer.reference}"[:100]
    country = countries.code_of(customer.country)
    unknown = common.Address(name=name, lines=[UNKNOWN], city=UNKNOWN, postcode=UNKNOWN, country=country or "")
    return users.UserImport(email=email_of(customer.reference), name=name, addresses=[unknown] if country else None)


def _list(products: Sequence[planning.Product], midnight: dt.datetime) -> None:
    """New products are put on sale; of one that the shop has already, only the price is seen to."""
    shop = connect(catalog.CatalogService)
    for part in parts(products, BATCH):
        there = {product.sku: product for product in shop.get_products([one.code for one in part])}
        new = [one for one in part if one.code not in there]
        if new:
            _refuse_none(shop.put_products([_input(one) for one in new], False))
        dormant = [sku for sku, one in there.items() if one.status != catalog.ProductStatus.PUBLISHED]
        if dormant:
            shop.publish_products(dormant)
        _price({one.code: one.history[0].price for one in part if one.code in there}, midnight)


def _input(product: planning.Product) -> catalog.ProductInput:
    return catalog.ProductInput(
        sku=product.code,
        name=product.name[:200],
        prices=[money(product.history[0].price)],
        status=catalog.ProductStatus.PUBLISHED,
    )


def _refuse_none(outcomes: Iterable[catalog.ProductOutcome]) -> None:
    refused = next((one for one in outcomes if one.outcome == "refused"), None)
    if refused:
        raise Halted(f"Product {refused.sku}: {refused.problem}")


def _price(prices: dict[str, int], midnight: dt.datetime) -> None:
    """Sets these prices, where they are not in force at this moment already."""
    shop = connect(catalog.CatalogService)
    for part in parts(list(prices), BATCH):
        in_force = {p.sku: p.money.amount for p in shop.get_prices(list(part), CURRENCY, moment(midnight))}
        changed = [
            catalog.PriceInput(sku=sku, money=money(prices[sku]), valid_from=moment(midnight))
            for sku in part
            if in_force.get(sku) != prices[sku]
        ]
        if changed:
            shop.set_prices(changed)


def _receive(run: Run, day: steps.Day) -> None:
    goods = [line for receipt in day.receipts for line in _stock_lines(receipt.code, receipt.quantity)]
    for number, part in enumerate(parts(goods, BATCH)):
        key = run.key(f"{day.date.isoformat()}:receive:{number}")
        connect(inventory.InventoryService).receive(key, list(part), f"delivery of {day.date.isoformat()}", None)


def _stock_lines(sku: str, quantity: int) -> Iterator[inventory.StockLine]:
    """A delivery in as many lines as the contract of inventory needs for it."""
    for start in range(0, quantity, limits.QUANTITY):
        yield inventory.StockLine(sku=sku, quantity=min(limits.QUANTITY, quantity - start))
