"""Prices: set, at once or for later, and read as they are in force at a moment."""

from collections.abc import Sequence

from django.conf import settings

from apps.catalog.domain import prices as rules
from apps.catalog.models import Price, Product
from apps.catalog.service import putting, writing
from idl import catalog, common
from thriftshop import circumstances, clock, identity

MOST = 10_000


def set_prices(wanted: list[catalog.PriceInput]) -> None:
    """Sets the prices, all or none. See the contract."""
    identity.require_staff()
    if len(wanted) > MOST:
        raise common.InvalidInput(message=f"Send up to {MOST} prices at a time, not {len(wanted)}.", field="prices")
    _check(wanted, circumstances.happened_at())
    with writing.writing() as moment:
        changes = {
            change.product.sku: change for change in writing.changes_of(writing.found([one.sku for one in wanted]))
        }
        for one in wanted:
            valid_from = moment.at if one.valid_from is None else one.valid_from
            changes[one.sku].set_price(one.money, valid_from, one.reason or "")
        putting.write([change for change in changes.values() if change.events], moment)


def _check(wanted: Sequence[catalog.PriceInput], at: int) -> None:
    """Raises common.InvalidInput, naming the price, where one breaks a rule."""
    for number, one in enumerate(wanted):
        field = f"prices[{number}]"
        rules.checked(one.money, settings.CURRENCIES, f"{field}.money")
        if one.valid_from is not None:
            # A service loads what was; people do not rewrite it.
            rules.checked_start(one.valid_from, at, f"{field}.valid_from", past_allowed=identity.is_service())
        if len(one.reason or "") > 200:
            raise common.InvalidInput(message="A reason has up to 200 characters.", field=f"{field}.reason")


def get_prices(skus: list[str], currency: str, at: int | None) -> list[catalog.Price]:
    """The prices in force at a moment, in the order of the SKUs. See the contract."""
    in_full = identity.is_staff()
    moment = circumstances.happened_at() if at is None else at
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
    """Takes the scheduled prices that have come into force into the sliced prices. Reads are right without it."""
    if Price.objects.filter(awaited=True, valid_from__lte=clock.now()).exists():
        with writing.writing():
            pass  # every writing begins with it
