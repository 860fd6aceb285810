"""Scheduled and temporary prices, and currencies."""

import pytest

from idl import catalog, common
from tests import acting
from tests.catalog import factories
from tests.catalog.test_prices import HOUR, NOW, at, counted, price, set_prices

__all__ = ["at"]  # a fixture

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR


def test_a_scheduled_price_is_kept_even_if_it_equals_the_current_one(transport, at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(10)), valid_from=NOW + 7 * DAY)
    at(NOW + HOUR)
    set_prices((sku, factories.money(6)))
    assert (price(sku, NOW + 2 * HOUR), price(sku, NOW + 7 * DAY)) == ([6], [10])


def test_equal_scheduled_prices_in_one_call_are_kept(transport):
    sku = factories.product(price=10)
    inputs = [
        catalog.PriceInput(sku=sku, money=factories.money(10), valid_from=NOW + 7 * DAY),
        catalog.PriceInput(sku=sku, money=factories.money(6)),
    ]
    with acting.as_staff("catalog"):
        factories.service().set_prices(inputs)
    assert (price(sku), price(sku, NOW + 7 * DAY)) == ([6], [10])


def test_a_scheduled_price_is_kept_when_its_product_is_saved_with_another(transport, at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(10)), valid_from=NOW + 7 * DAY)
    at(NOW + HOUR)
    factories.put(factories.product_input(sku, price=6))
    assert (price(sku, NOW + 2 * HOUR), price(sku, NOW + 7 * DAY)) == ([6], [10])


def test_a_temporary_price_starts_and_ends_everywhere(transport, at):
    sku, other = factories.product("Oak chest", price=10), factories.product("Elm chest", price=11)
    set_prices((sku, factories.money(20)), valid_from=NOW + HOUR, valid_until=NOW + 2 * HOUR)
    seen = {}
    for moment in (NOW, NOW + HOUR - 1, NOW + HOUR, NOW + 2 * HOUR - 1, NOW + 2 * HOUR):
        at(moment)
        with acting.as_stranger():
            (product,) = factories.service().get_products([sku])
        seen[moment] = (
            product.prices[0].amount,
            product.sales,
            price(sku)[0],
            factories.find(catalog.ProductSort.PRICE_LOW),
            factories.find(price_min=factories.money(20)),
            counted("price"),
        )
    before = (1000, None, 10, [sku, other], [], {"1000-1999": 2})
    sale = [catalog.Sale(money=factories.money(20), regular=factories.money(10), ends_at=NOW + 2 * HOUR)]
    during = (2000, sale, 20, [other, sku], [sku], {"1000-1999": 1, "2000-4999": 1})
    assert seen == {
        NOW: before,
        NOW + HOUR - 1: before,
        NOW + HOUR: during,
        NOW + 2 * HOUR - 1: during,
        NOW + 2 * HOUR: before,
    }


def test_the_end_of_a_temporary_price_is_applied_by_other_writes(at):
    sku, other = factories.product(price=10), factories.product(price=11)
    set_prices((sku, factories.money(20)), valid_until=NOW + HOUR)
    at(NOW + 2 * HOUR)
    set_prices((other, factories.money(30)))
    assert factories.find(catalog.ProductSort.PRICE_LOW) == [sku, other]
    assert counted("price") == {"1000-1999": 1, "2000-4999": 1}


def test_after_a_temporary_price_the_current_regular_price_applies(transport, at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(6)), valid_from=NOW + HOUR, valid_until=NOW + 4 * HOUR, reason="Weekend")
    at(NOW + 2 * HOUR)
    set_prices((sku, factories.money(12)))
    with acting.as_staff("catalog"):
        (now,) = factories.service().get_prices([sku], "GBP", None)
        history = factories.service().get_price_history(sku)
    assert (now.money, now.regular, now.ends_at, now.reason) == (
        factories.money(6), factories.money(12), NOW + 4 * HOUR, "Weekend",
    )  # fmt: skip
    assert [(record.money, record.regular, record.valid_from, record.valid_until) for record in history] == [
        (factories.money(10), None, NOW, NOW + HOUR),
        (factories.money(6), factories.money(10), NOW + HOUR, NOW + 2 * HOUR),
        (factories.money(6), factories.money(12), NOW + 2 * HOUR, NOW + 4 * HOUR),
        (factories.money(12), None, NOW + 4 * HOUR, None),
    ]


def test_the_temporary_amount_set_as_regular_price_applies_after_its_end(at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(6)), valid_until=NOW + HOUR)
    set_prices((sku, factories.money(6)))
    assert price(sku, NOW + 2 * HOUR) == [6]


def test_a_temporary_price_is_ended_extended_or_withdrawn(transport, at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(6)), valid_from=NOW, valid_until=NOW + 4 * HOUR)
    set_prices((sku, factories.money(5)), valid_from=NOW + 9 * HOUR, valid_until=NOW + 10 * HOUR)
    at(NOW + HOUR)
    set_prices((sku, factories.money(6)), valid_from=NOW, valid_until=NOW + 5 * HOUR)
    assert [price(sku, NOW + hour * HOUR) for hour in (4, 5)] == [[6], [10]]
    set_prices((sku, factories.money(6)), valid_from=NOW, valid_until=NOW + HOUR)
    assert (price(sku, NOW), price(sku)) == ([6], [10])
    set_prices((sku, factories.money(5)), valid_from=NOW + 9 * HOUR, valid_until=NOW + 9 * HOUR)
    assert price(sku, NOW + 9 * HOUR) == [10]
    with acting.as_staff("catalog"):
        assert [record.differences[0] for record in factories.service().get_product_history(sku)[:5]] == [
            "prices.GBP: 5.00 from 2023-11-15 07:13 UTC withdrawn",
            "prices.GBP: 6.00 -> 6.00, from 2023-11-14 22:13 to 2023-11-14 23:13 UTC",
            "prices.GBP: 6.00 -> 6.00, from 2023-11-14 22:13 to 2023-11-15 03:13 UTC",
            "prices.GBP: 10.00 -> 5.00, from 2023-11-15 07:13 to 2023-11-15 08:13 UTC",
            "prices.GBP: 10.00 -> 6.00, until 2023-11-15 02:13 UTC",
        ]


def test_a_temporary_price_needs_a_regular_price_after_it(transport):
    sku = factories.product(price=None, status=factories.DRAFT)
    before = factories.stored_rows()
    with pytest.raises(common.InvalidInput) as refusal:
        set_prices((sku, factories.money(6)), valid_until=NOW + HOUR)
    assert refusal.value.field == "prices[0].valid_until"
    assert factories.stored_rows() == before
    inputs = [
        catalog.PriceInput(sku=sku, money=factories.money(6), valid_until=NOW + HOUR),
        catalog.PriceInput(sku=sku, money=factories.money(10), valid_from=NOW + HOUR),
    ]
    with acting.as_staff("catalog"):
        factories.service().set_prices(inputs)
    assert (price(sku), price(sku, NOW + HOUR)) == ([6], [10])


def test_setting_the_same_temporary_price_again_changes_nothing(transport, at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(6)), valid_until=NOW + 4 * HOUR)
    at(NOW + HOUR)
    before = factories.stored_rows()
    set_prices((sku, factories.money(6)), valid_until=NOW + 4 * HOUR)
    set_prices((sku, factories.money(6)), valid_from=NOW, valid_until=NOW + 4 * HOUR)
    set_prices((sku, factories.money(10)))
    assert factories.stored_rows() == before


def test_temporary_prices_are_saved_with_products(transport, at):
    sale = catalog.SaleInput(money=factories.money(6), valid_from=NOW + HOUR, valid_until=NOW + 2 * HOUR)
    (outcome,) = factories.put(factories.product_input("A", price=10, sales=[sale]))
    assert "prices.GBP: 10.00 -> 6.00, from 2023-11-14 23:13 to 2023-11-15 00:13 UTC" in outcome.differences
    assert [price("A", NOW + hour * HOUR) for hour in (0, 1, 2)] == [[10], [6], [10]]
    at(NOW + 90 * 60_000)
    (outcome,) = factories.put(factories.product_input("A", price=10, sales=[sale]))
    assert (outcome.outcome, outcome.problem) == ("unchanged", None)
    wrong = catalog.SaleInput(money=factories.money(6), valid_from=NOW + 9 * HOUR, valid_until=NOW + 8 * HOUR)
    (outcome,) = factories.put(factories.product_input("A", price=10, sales=[wrong]))
    assert (outcome.outcome, outcome.problem) == ("refused", "A temporary price must end after it starts.")


@pytest.mark.parametrize("code", ["gbp", " Gbp "])
def test_currency_codes_are_case_insensitive(transport, code):
    sku = factories.product(price=None, prices=[factories.money(10, code)])
    set_prices((sku, factories.money(12, code)))
    assert (price(sku), price(sku, currency=code)) == ([12], [12])
    assert factories.find(price_min=factories.money(12, code), price_max=factories.money(12)) == [sku]
    assert counted("price", price_min=factories.money(10, code), price_max=factories.money(20, code)) == {
        "1000-1999": 1
    }


def test_an_unknown_currency_is_refused_with_the_accepted_ones():
    sku = factories.product(price=10)
    calls = [
        lambda: set_prices((sku, factories.money(1, "XYZ"))),
        lambda: price(sku, currency="XYZ"),
        lambda: factories.find(price_min=factories.money(1, "XYZ")),
    ]
    for call in calls:
        with pytest.raises(common.InvalidInput) as refusal:
            call()
        assert refusal.value.message == "'XYZ' is not a currency of this shop; use GBP, EUR or USD."
    (outcome,) = factories.put(factories.product_input(price=None, prices=[factories.money(1, "XYZ")]))
    assert outcome.problem == "'XYZ' is not a currency of this shop; use GBP, EUR or USD."


def test_price_bands_use_the_decimals_of_the_currency(settings):
    settings.CURRENCIES = ["JPY", "KWD"]
    sku = factories.product(price=None, prices=[common.Money(amount=1500, currency="JPY")])
    set_prices((sku, common.Money(amount=1500, currency="KWD")))
    with acting.as_stranger():
        names = [
            value.name
            for code in ("JPY", "KWD")
            for facet in factories.service().get_facets(
                catalog.ProductFilter(price_min=common.Money(amount=0, currency=code)), []
            )
            if facet.code == "price"
            for value in facet.values
            if value.count
        ]
    assert names == ["1000 to 1,999 JPY", "1.000 to 1.999 KWD"]


def test_strangers_see_the_end_of_a_temporary_price_but_no_scheduled_prices(transport, at):
    sku = factories.product(price=10)
    set_prices((sku, factories.money(6)), valid_until=NOW + 3 * DAY)
    set_prices((sku, factories.money(11)), valid_from=NOW + DAY)
    seen = []
    for moment in (NOW, NOW + 2 * DAY, NOW + 4 * DAY):
        at(moment)
        with acting.as_stranger():
            history = factories.service().get_price_history(sku)
        seen.append(
            [(record.money.amount, record.regular and record.regular.amount, record.valid_until) for record in history]
        )
    end = NOW + 3 * DAY
    assert seen == [
        [(600, 1000, end)],
        [(600, 1000, NOW + DAY), (600, 1100, end)],
        [(600, 1000, NOW + DAY), (600, 1100, end), (1100, None, None)],
    ]


def test_the_order_of_prices_in_one_call_does_not_matter(transport, at):
    amounts = []
    for backwards in (False, True):
        at(NOW)
        sku = factories.product(price=10)
        at(NOW + HOUR)
        inputs = [
            catalog.PriceInput(sku=sku, money=factories.money(10)),
            catalog.PriceInput(sku=sku, money=factories.money(6), valid_from=NOW + HOUR - 30_000),
        ]
        with acting.as_staff("catalog"):
            factories.service().set_prices(inputs[::-1] if backwards else inputs)
        amounts.append([price(sku, NOW + HOUR - 1)[0], price(sku, NOW + HOUR)[0]])
    assert amounts == [[6, 10], [6, 10]]
