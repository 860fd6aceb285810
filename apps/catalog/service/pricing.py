"""Setting regular and temporary prices, now or scheduled, and reading prices in force at a moment."""

from django.conf import settings

from apps.catalog.models import Price, Product
from apps.catalog.service import bulk_writes, price_changes, writing
from idl import catalog, common
from thriftshop import call_context, clock, identity, money

MAX_PRICES = 10_000


def set_prices(prices: list[catalog.PriceInput]) -> None:
    """Set the prices, all or none. See the contract."""
    identity.require_staff()
    if len(prices) > MAX_PRICES:
        raise common.InvalidInput(
            message=f"Send up to {MAX_PRICES} prices at a time, not {len(prices)}.", field="prices"
        )
    with writing.transaction() as moment:
        requests = [price_changes.request(price, moment.at, f"prices[{n}]") for n, price in enumerate(prices)]
        products = writing.require_products([price.sku for price in prices])
        changes = {change.product.sku: change for change in writing.changes_of(products)}
        price_changes.set_in_order(
            [(changes[price.sku], request) for price, request in zip(prices, requests, strict=True)], moment.at
        )
        bulk_writes.write([change for change in changes.values() if change.events], moment)


def get_prices(skus: list[str], currency: str, at: int | None = None) -> list[catalog.Price]:
    """The prices in force at a moment, in the order of the SKUs. See the contract."""
    currency = money.accepted(currency, settings.CURRENCIES, "currency")
    in_full = identity.is_staff()
    moment = call_context.happened_at() if at is None else at
    if not in_full:
        moment = min(moment, clock.now())  # scheduled prices are only visible to staff
    unique = list(dict.fromkeys(skus))
    prices = Price.objects.structs(unique, currency, moment, in_full=in_full)
    return [prices[sku] for sku in unique if sku in prices]


def get_price_history(sku: str) -> list[catalog.Price]:
    """All prices of a product, oldest first. See the contract."""
    in_full = identity.is_staff()
    product = Product.objects.visible(to_staff=in_full).filter(sku=sku).first()
    if product is None:
        raise common.NotFound(message=f"There is no product {sku[:64]}.", kind="product", id=sku[:64])
    prices = Price.objects.filter(product=product).order_by("valid_from", "currency")
    if not in_full:
        prices = prices.filter(valid_from__lte=clock.now())
    return [price.to_struct(sku, in_full=in_full) for price in prices]


def apply_due_prices() -> None:
    """Add scheduled prices that have come into force to the sliced prices. Reads are correct without it.

    Prices that a fast clock added too early are scheduled again.
    """
    now = clock.now()
    early = Price.objects.filter(awaited=False, valid_from__gt=now + clock.SKEW_MS).exists()
    if early or Price.objects.filter(awaited=True, valid_from__lte=now).exists():
        with writing.transaction() as moment:  # which starts by applying due prices
            writing.schedule_again(moment.now)
