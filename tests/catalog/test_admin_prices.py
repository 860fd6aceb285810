"""Bulk changes and scheduling of prices in the admin."""

import pytest

from idl import catalog
from tests import acting
from tests.catalog import admin_pages, factories

pytestmark = pytest.mark.django_db


def reprice(desk, response, **fields):
    context = response.context
    sent = {"skus": " ".join(context["skus"]), "previewed": context["previewed"], "kind": "percent", "ending": "penny"}
    return desk.post(
        f"{admin_pages.LIST}reprice/", {**sent, "currency": "GBP", "reason": "Season", **fields}, follow=True
    )


def test_a_bulk_price_change_is_applied_after_a_preview(desk):
    skus = [factories.product(price=price) for price in (10, 20.05)] + [
        factories.product(status=factories.DRAFT, price=None)
    ]
    form = admin_pages.run_action(desk, "reprice", *skus)
    before = factories.stored_rows()
    preview = reprice(desk, form, value="-15", preview="1")
    assert {(row.sku, row.before_text, row.after_text) for row in preview.context["rows"]} == {
        (skus[0], "10.00", "8.50"),
        (skus[1], "20.05", "17.04"),
        (skus[2], "nothing", ""),
    }
    assert factories.stored_rows() == before
    response = reprice(desk, preview, value="-15", apply="1")
    assert "2 prices were set" in admin_pages.messages(response)
    assert [factories.read(sku).prices for sku in skus] == [[factories.money(8.5)], [factories.money(17.04)], []]
    with acting.as_staff("catalog"):
        assert factories.service().get_price_history(skus[0])[-1].reason == "Season"


def test_a_bulk_price_change_without_a_current_preview_is_not_applied(desk):
    sku = factories.product(price=10)
    form = admin_pages.run_action(desk, "reprice", sku)
    preview = reprice(desk, form, value="10", preview="1")
    assert "have changed since the preview" in admin_pages.problems(reprice(desk, form, value="10", apply="1"))
    assert "have changed since the preview" in admin_pages.problems(reprice(desk, preview, value="20", apply="1"))
    reprice(desk, preview, value="10", apply="1")
    assert "have changed since the preview" in admin_pages.problems(reprice(desk, preview, value="10", apply="1"))
    assert factories.read(sku).prices == [factories.money(11)]


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"kind": "amount", "value": "2.50"}, 12.5),
        ({"kind": "to", "value": "7"}, 7),
        ({"kind": "percent", "value": "7.5", "ending": "99"}, 10.99),
        ({"kind": "percent", "value": "7.5", "ending": "whole"}, 11),
    ],
)
def test_bulk_price_changes_by_percentage_amount_and_ending(desk, fields, amount):
    sku = factories.product(price=10)
    preview = reprice(desk, admin_pages.run_action(desk, "reprice", sku), preview="1", **fields)
    reprice(desk, preview, apply="1", **fields)
    assert factories.read(sku).prices == [factories.money(amount)]


@pytest.mark.parametrize("fields", [{"kind": "amount", "value": "-10"}, {"kind": "percent", "value": "-100"}])
def test_a_bulk_price_change_to_an_invalid_price_is_refused(desk, fields):
    sku = factories.product(price=10)
    preview = reprice(desk, admin_pages.run_action(desk, "reprice", sku), preview="1", **fields)
    assert preview.context["problems"] == 1
    assert "prices would be invalid" in admin_pages.problems(reprice(desk, preview, apply="1", **fields))
    assert factories.read(sku).prices == [factories.money(10)]


def test_a_bulk_price_change_can_be_scheduled(desk):
    sku = factories.product(price=10)
    form = admin_pages.run_action(desk, "reprice", sku)
    later = {"value": "10", "valid_from": "2999-01-01T00:00"}
    assert "in the past" in admin_pages.problems(
        reprice(desk, form, value="10", valid_from="2001-01-01T00:00", preview="1")
    )
    reprice(desk, reprice(desk, form, preview="1", **later), apply="1", **later)
    assert factories.read(sku).prices == [factories.money(10)]
    assert "scheduled" in desk.get(admin_pages.page(sku)).content.decode()


def test_a_price_can_be_scheduled_but_not_in_the_past(desk):
    sku = factories.product(price=10)
    address = admin_pages.page(sku).replace("change", "prices")
    fields = {"schedule-currency": "EUR", "schedule-amount": "3", "schedule-valid_from": "2998-01-01T00:00"}
    assert "was set" in admin_pages.messages(desk.post(address, fields, follow=True))
    assert "in the past" in admin_pages.messages(
        desk.post(address, fields | {"schedule-valid_from": "2001-01-01T00:00"}, follow=True)
    )
    assert "New price" in admin_pages.messages(desk.post(address, fields | {"schedule-amount": ""}, follow=True))
    with acting.as_staff("catalog"):
        assert [record.money for record in factories.service().get_price_history(sku)] == [
            factories.money(10),
            factories.money(3, "EUR"),
        ]


def test_saving_the_form_keeps_a_price_that_took_effect_meanwhile(desk):
    sku = factories.product(price=10)
    fields = admin_pages.form_of(desk, admin_pages.page(sku)) | {"initial-price_GBP": "10.00", "name": "Elm chest"}
    with acting.as_staff("catalog"):
        factories.service().set_prices([catalog.PriceInput(sku=sku, money=factories.money(12))])
    fields["version"] = factories.read(sku).version
    desk.post(admin_pages.page(sku), fields)
    product = factories.read(sku)
    assert (product.name, product.prices) == ("Elm chest", [factories.money(12)])


def test_a_price_cannot_be_removed(desk):
    sku = factories.product(price=10)
    fields = admin_pages.form_of(desk, admin_pages.page(sku)) | {"initial-price_GBP": "10.00", "price_GBP": ""}
    assert "price cannot be removed" in admin_pages.problems(desk.post(admin_pages.page(sku), fields))
