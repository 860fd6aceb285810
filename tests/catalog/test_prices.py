"""Setting current and scheduled prices, and reading prices at any moment."""

import pytest

from idl import catalog, common
from tests import acting
from tests.catalog import factories
from thriftshop import call_context, clock
from thriftshop.events import streams

pytestmark = pytest.mark.django_db
NOW = 1_700_000_000_000
HOUR = 3_600_000


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Hold the clock; `at(moment)` moves it on."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return lambda later: moment.__setitem__(0, later)


def set_prices(*prices, **fields):
    inputs = [catalog.PriceInput(sku=sku, money=amount, **fields) for sku, amount in prices]
    with acting.as_staff("catalog"):
        factories.service().set_prices(inputs)


def price(sku, moment=None, currency="GBP"):
    with acting.as_staff("catalog"):
        return [one.money.amount / 100 for one in factories.service().get_prices([sku], currency, moment)]


def test_a_price_applies_at_once_until_the_next(transport, at):
    sku = factories.product(price=10)
    at(NOW + HOUR)
    set_prices((sku, factories.money(12)), reason="price increase")
    assert price(sku) == [12]
    assert price(sku, NOW) == [10]
    assert price(sku, NOW - 1) == []
    with acting.as_staff("catalog"):
        first, second = factories.service().get_price_history(sku)
    assert (first.valid_from, first.valid_until, first.money) == (NOW, NOW + HOUR, factories.money(10))
    assert (second.valid_from, second.valid_until, second.reason) == (NOW + HOUR, None, "price increase")
    assert second.actor == acting.STAFF


def test_a_scheduled_price_applies_everywhere_from_its_start(transport, at):
    sku, other = factories.product("Oak chest", price=10), factories.product("Elm chest", price=11)
    set_prices((sku, factories.money(20)), valid_from=NOW + HOUR)
    seen = {}
    for moment in (NOW, NOW + HOUR - 1, NOW + HOUR):
        at(moment)
        with acting.as_stranger():
            (product,) = factories.service().get_products([sku])
        seen[moment] = (
            product.prices[0].amount,
            price(sku)[0],
            factories.find(catalog.ProductSort.PRICE_LOW),
            factories.find(price_min=factories.money(20)),
            counted("price"),
        )
    before = (1000, 10, [sku, other], [], {"1000-1999": 2})
    assert seen == {
        NOW: before,
        NOW + HOUR - 1: before,
        NOW + HOUR: (2000, 20, [other, sku], [sku], {"1000-1999": 1, "2000-4999": 1}),
    }


def test_a_due_price_is_kept_by_later_writes(at):
    sku, other = factories.product(price=10), factories.product(price=11)
    set_prices((sku, factories.money(20)), valid_from=NOW + HOUR)
    at(NOW + 2 * HOUR)
    set_prices((other, factories.money(30)))
    assert factories.find(catalog.ProductSort.PRICE_LOW) == [sku, other]
    assert factories.find(price_max=factories.money(20)) == [sku]
    assert counted("price") == {"2000-4999": 2}


def counted(code, **conditions):
    with acting.as_stranger():
        facets = factories.service().get_facets(catalog.ProductFilter(**conditions), [])
    return {value.value: value.count for facet in facets if facet.code == code for value in facet.values}


def test_strangers_do_not_see_scheduled_prices(transport):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(20)), valid_from=NOW + HOUR, reason="secret")
    with acting.as_stranger():
        (current,) = acting.straight_at(catalog.CatalogService).get_prices([sku], "GBP", NOW + HOUR)
    assert current.money == factories.money(10)
    assert price(sku, NOW + HOUR) == [20]
    with acting.as_stranger():
        (only,) = factories.service().get_price_history(sku)
    assert (only.money, only.reason, only.actor) == (factories.money(10), None, None)
    assert (only.valid_until, only.ends_at) == (None, None)


def test_setting_the_same_price_again_changes_nothing(transport, at):
    sku = factories.product(price=10)
    at(NOW + HOUR)
    before = factories.stored_rows()
    set_prices((sku, factories.money(10)))
    assert factories.stored_rows() == before


def test_prices_are_set_all_or_none(transport):
    sku = factories.product(price=10)
    before = factories.stored_rows()
    with pytest.raises(common.NotFound):
        set_prices((sku, factories.money(12)), ("NOWHERE", factories.money(1)))
    with pytest.raises(common.InvalidInput) as refusal:
        set_prices((sku, factories.money(12)), (sku, factories.money(-1)))
    assert refusal.value.field == "prices[1].money.amount"
    assert factories.stored_rows() == before


@pytest.mark.parametrize("valid_from", [-1, NOW - HOUR, 10**17])
def test_staff_cannot_set_prices_at_past_or_invalid_times(valid_from):
    sku = factories.product(price=10)
    before = factories.stored_rows()
    with pytest.raises(common.InvalidInput) as refusal:
        set_prices((sku, factories.money(12)), valid_from=valid_from)
    assert refusal.value.field == "prices[0].valid_from"
    assert factories.stored_rows() == before


def test_a_service_loads_past_prices(transport):
    sku = factories.product(price=10)
    with acting.as_service("trade"):
        factories.service().set_prices(
            [catalog.PriceInput(sku=sku, money=factories.money(7), valid_from=NOW - 5 * HOUR)]
        )
    assert price(sku, NOW - HOUR) == [7]
    assert price(sku) == [10]


def test_years_of_past_prices_are_loaded_with_their_own_dates(transport):
    with acting.as_service("trade"):
        for month in range(12):
            with call_context.using(occurred_at=NOW - (12 - month) * 30 * 24 * HOUR):
                if not month:
                    factories.service().put_products([factories.product_input("OLD", price=1)], False)
                factories.service().set_prices([catalog.PriceInput(sku="OLD", money=factories.money(month + 1))])
    with acting.as_staff("catalog"):
        history = factories.service().get_price_history("OLD")
    assert [record.money.amount for record in history] == [100 * (month + 1) for month in range(12)]
    assert factories.find(price_min=factories.money(12)) == ["OLD"]
    assert factories.find(price_max=factories.money(11)) == []


def test_each_currency_has_its_own_prices(transport):
    sku = factories.product(prices=[factories.money(10), factories.money(12, "EUR")])
    set_prices((sku, factories.money(15, "EUR")))
    assert (price(sku), price(sku, currency="EUR"), price(sku, currency="USD")) == ([10], [15], [])
    assert factories.find(price_min=factories.money(15, "EUR")) == [sku]
    assert factories.find(price_min=factories.money(15, "GBP")) == []


def test_the_price_event_has_the_previous_price(transport, at):
    sku = factories.product(price=10)
    at(NOW + HOUR)
    set_prices((sku, factories.money(12)), valid_from=NOW + 2 * HOUR, reason="season")
    (event,) = [record.event for record in streams.of("catalog").read({sku: 3})[sku]]
    assert (event.before, event.price.money, event.price.valid_from) == (
        factories.money(10),
        factories.money(12),
        NOW + 2 * HOUR,
    )
    with acting.as_staff("catalog"):
        latest = factories.service().get_product_history(sku)[0]
    assert latest.differences == ["prices.GBP: 10.00 -> 12.00, from 2023-11-15 00:13 UTC (season)"]


def test_a_thousand_prices_are_set_at_once():
    factories.put(*(factories.product_input(f"BULK-{n}", f"Thing {n}") for n in range(1000)))
    set_prices(*((f"BULK-{n}", factories.money(n + 1)) for n in range(1000)))
    assert factories.find(catalog.ProductSort.PRICE_HIGH, first=3) == ["BULK-999", "BULK-998", "BULK-997"]
