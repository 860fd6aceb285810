"""The staff's door to the catalog: prices in bulk and for later."""

import pytest

from idl import catalog
from tests import acting
from tests.catalog import browsing, making

pytestmark = pytest.mark.django_db


def reprice(desk, answer, **fields):
    context = answer.context
    sent = {"skus": " ".join(context["skus"]), "previewed": context["previewed"], "kind": "percent", "ending": "penny"}
    return desk.post(f"{browsing.LIST}reprice/", {**sent, "currency": "GBP", "reason": "Season", **fields}, follow=True)


def test_prices_are_changed_in_bulk_after_a_preview(desk):
    skus = [making.product(price=price) for price in (10, 20.05)] + [making.product(status=making.DRAFT, price=None)]
    form = browsing.act(desk, "reprice", *skus)
    before = making.tables()
    preview = reprice(desk, form, value="-15", preview="1")
    assert {(row.sku, row.shown_before, row.shown_after) for row in preview.context["rows"]} == {
        (skus[0], "10.00", "8.50"),
        (skus[1], "20.05", "17.04"),
        (skus[2], "nothing", ""),
    }
    assert making.tables() == before
    answer = reprice(desk, preview, value="-15", apply="1")
    assert "2 prices were set" in browsing.said(answer)
    assert [making.read(sku).prices for sku in skus] == [[making.money(8.5)], [making.money(17.04)], []]
    with acting.as_staff("catalog"):
        assert making.service().get_price_history(skus[0])[-1].reason == "Season"


def test_what_was_not_previewed_is_not_applied(desk):
    sku = making.product(price=10)
    form = browsing.act(desk, "reprice", sku)
    preview = reprice(desk, form, value="10", preview="1")
    assert "no longer what you saw" in browsing.problems(reprice(desk, form, value="10", apply="1"))
    assert "no longer what you saw" in browsing.problems(reprice(desk, preview, value="20", apply="1"))
    reprice(desk, preview, value="10", apply="1")
    assert "no longer what you saw" in browsing.problems(reprice(desk, preview, value="10", apply="1"))
    assert making.read(sku).prices == [making.money(11)]


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"kind": "amount", "value": "2.50"}, 12.5),
        ({"kind": "to", "value": "7"}, 7),
        ({"kind": "percent", "value": "7.5", "ending": "99"}, 10.99),
        ({"kind": "percent", "value": "7.5", "ending": "whole"}, 11),
    ],
)
def test_prices_are_changed_by_amounts_and_to_round_ones(desk, fields, amount):
    sku = making.product(price=10)
    preview = reprice(desk, browsing.act(desk, "reprice", sku), preview="1", **fields)
    reprice(desk, preview, apply="1", **fields)
    assert making.read(sku).prices == [making.money(amount)]


@pytest.mark.parametrize("fields", [{"kind": "amount", "value": "-10"}, {"kind": "percent", "value": "-100"}])
def test_a_change_that_leaves_no_price_is_refused(desk, fields):
    sku = making.product(price=10)
    preview = reprice(desk, browsing.act(desk, "reprice", sku), preview="1", **fields)
    assert preview.context["problems"] == 1
    assert "would have no price" in browsing.problems(reprice(desk, preview, apply="1", **fields))
    assert making.read(sku).prices == [making.money(10)]


def test_prices_can_be_changed_for_later(desk):
    sku = making.product(price=10)
    form = browsing.act(desk, "reprice", sku)
    later = {"value": "10", "valid_from": "2999-01-01T00:00"}
    assert "in the past" in browsing.problems(
        reprice(desk, form, value="10", valid_from="2001-01-01T00:00", preview="1")
    )
    reprice(desk, reprice(desk, form, preview="1", **later), apply="1", **later)
    assert making.read(sku).prices == [making.money(10)]
    assert "scheduled" in desk.get(browsing.page(sku)).content.decode()


def test_one_price_is_set_for_later_and_a_past_moment_refused(desk):
    sku = making.product(price=10)
    address = browsing.page(sku).replace("change", "prices")
    fields = {"schedule-currency": "EUR", "schedule-amount": "3", "schedule-valid_from": "2998-01-01T00:00"}
    assert "was set" in browsing.said(desk.post(address, fields, follow=True))
    assert "in the past" in browsing.said(
        desk.post(address, fields | {"schedule-valid_from": "2001-01-01T00:00"}, follow=True)
    )
    assert "New price" in browsing.said(desk.post(address, fields | {"schedule-amount": ""}, follow=True))
    with acting.as_staff("catalog"):
        assert [one.money for one in making.service().get_price_history(sku)] == [
            making.money(10),
            making.money(3, "EUR"),
        ]


def test_a_price_that_came_into_force_meanwhile_is_not_undone_by_saving_the_form(desk):
    sku = making.product(price=10)
    fields = browsing.form_of(desk, browsing.page(sku)) | {"initial-price_GBP": "10.00", "name": "Elm chest"}
    with acting.as_staff("catalog"):
        making.service().set_prices([catalog.PriceInput(sku=sku, money=making.money(12))])
    fields["version"] = making.read(sku).version
    desk.post(browsing.page(sku), fields)
    found = making.read(sku)
    assert (found.name, found.prices) == ("Elm chest", [making.money(12)])


def test_a_price_cannot_be_taken_away(desk):
    sku = making.product(price=10)
    fields = browsing.form_of(desk, browsing.page(sku)) | {"initial-price_GBP": "10.00", "price_GBP": ""}
    assert "holds until another" in browsing.problems(desk.post(browsing.page(sku), fields))
