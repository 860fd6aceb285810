"""Prices: set, at once or for later, for good or for a time, and read as they are in force at a moment."""

from django.conf import settings

from apps.catalog.models import Price, Product
from apps.catalog.service import price_changes, putting, writing
from idl import catalog, common
from thriftshop import call_context, clock, identity, money

MOST = 10_000


def set_prices(prices: list[catalog.PriceInput]) -> None:
    """Sets the prices, all or none. See the contract."""
    identity.require_staff()
    if len(prices) > MOST:
        raise common.InvalidInput(message=f"Send up to {MOST} prices at a time, not {len(prices)}.", field="prices")
    with writing.writing() as moment:
        wanted = [price_changes.wanted(one, moment.at, f"prices[{number}]") for number, one in enumerate(prices)]
        products = writing.found([one.sku for one in prices])
        changes = {change.product.sku: change for change in writing.changes_of(products)}
        price_changes.set_in_order(
            [(changes[one.sku], wish) for one, wish in zip(prices, wanted, strict=True)], moment.at
        )
        putting.write([change for change in changes.values() if change.events], moment)


def get_prices(skus: list[str], currency: str, at: int | None = None) -> list[catalog.Price]:
    """The prices in force at a moment, in the order of the SKUs. See the contract."""
    currency = money.accepted(currency, settings.CURRENCIES, "currency")
    in_full = identity.is_staff()
    moment = call_context.happened_at() if at is None else at
    if not in_full:
        moment = min(moment, clock.now())  # what is planned is the staff's to know
    wanted = list(dict.fromkeys(skus))
    found = Price.objects.structs(wanted, currency, moment, in_full=in_full)
    return [found[sku] for sku in wanted if sku in found]


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


def settle() -> None:
    """Takes the scheduled prices that have come into force into the sliced prices. Reads are right without it.

    What a clock that was ahead took in too early goes back among the scheduled ones.
    """
    now = clock.now()
    early = Price.objects.filter(awaited=False, valid_from__gt=now + clock.SKEW_MS).exists()
    if early or Price.objects.filter(awaited=True, valid_from__lte=now).exists():
        with writing.writing() as moment:  # every writing begins with those that are due
            writing.schedule_again(moment.now)
