"""Temporary prices in the admin's forms, imports and exports."""

import pytest

from idl import catalog, common
from tests import acting
from tests.catalog import admin_pages, factories
from tests.catalog.uploads import exported_rows, import_file, outcomes
from thriftshop import clock

pytestmark = pytest.mark.django_db
NOW = 1_790_000_000_000  # 2026-09-21 14:13:20 UTC, an hour later in the shop's time
HOUR = 3_600_000


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Hold the clock; `at(moment)` moves it on."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return lambda later: moment.__setitem__(0, later)


def schedule(desk, sku, **fields):
    sent = {f"schedule-{name}": value for name, value in ({"currency": "GBP"} | fields).items()}
    return admin_pages.messages(desk.post(admin_pages.page(sku).replace("change", "prices"), sent, follow=True))


def timeline(desk, sku):
    """The prices over time as the product's page tells them."""
    rows = desk.get(admin_pages.page(sku)).context["prices"]
    return [(row["amount"], row["regular"], row["state"], row["can_end"]) for row in rows]


def test_a_temporary_price_is_listed_in_the_timeline(desk, at):
    sku = factories.product(price=10)
    messages = schedule(
        desk, sku, amount="6", valid_from="2026-09-25T00:00", valid_until="2026-09-28T00:00", reason="Fair"
    )
    assert "was set" in messages
    sale = ("6.00 GBP", "10.00 GBP")
    expected = [("10.00 GBP", "", "scheduled", False), (*sale, "scheduled", True), ("10.00 GBP", "", "current", False)]
    assert timeline(desk, sku) == expected
    at(NOW + 5 * 24 * HOUR)
    expected = [("10.00 GBP", "", "scheduled", False), (*sale, "current", True), ("10.00 GBP", "", "ended", False)]
    assert timeline(desk, sku) == expected
    at(NOW + 9 * 24 * HOUR)
    expected = [("10.00 GBP", "", "current", False), (*sale, "ended", False), ("10.00 GBP", "", "ended", False)]
    assert timeline(desk, sku) == expected


def end(desk, sku):
    context = desk.get(admin_pages.page(sku)).context
    (row,) = [row for row in context["prices"] if row["can_end"]]
    sent = {"currency": row["currency"], "valid_from": row["interval"].entry.valid_from}
    return admin_pages.messages(desk.post(admin_pages.page(sku).replace("change", "prices/end"), sent, follow=True))


def test_a_current_temporary_price_is_ended_and_a_scheduled_one_withdrawn(desk, at):
    sku = factories.product(price=10)
    schedule(desk, sku, amount="6", valid_until="2026-09-28T00:00")
    at(NOW + HOUR)
    assert "was ended" in end(desk, sku)
    assert timeline(desk, sku) == [
        ("10.00 GBP", "", "current", False),
        ("6.00 GBP", "10.00 GBP", "ended", False),
    ]
    schedule(desk, sku, amount="5", valid_from="2026-09-25T00:00", valid_until="2026-09-28T00:00")
    assert "was ended" in end(desk, sku)
    assert [row[0] for row in timeline(desk, sku)] == ["10.00 GBP", "6.00 GBP"]
    data = {"currency": "GBP", "valid_from": "1"}
    response = desk.post(admin_pages.page(sku).replace("change", "prices/end"), data, follow=True)
    assert "no longer exists" in admin_pages.messages(response)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"valid_until": "2026-09-01T00:00"}, "must end after it starts"),
        ({"valid_from": "2026-09-25T00:00", "valid_until": "2026-09-25T00:00"}, "must end after it starts"),
        ({"amount": "6.005"}, "an amount in GBP has at most 2 decimals"),
        ({"currency": "JPY", "amount": "6.5"}, "an amount in JPY has no decimals"),
    ],
)
def test_an_invalid_temporary_price_is_refused(desk, settings, fields, problem):
    settings.CURRENCIES = ["GBP", "JPY"]
    sku = factories.product(price=10)
    before = factories.stored_rows()
    messages = schedule(desk, sku, **({"amount": "6"} | fields))
    assert "Nothing was changed" in messages
    assert problem in messages
    assert factories.stored_rows() == before


def test_the_product_form_edits_the_regular_price_only(desk):
    sku = factories.product(price=10)
    schedule(desk, sku, amount="6", valid_until="2026-09-28T00:00")
    fields = admin_pages.form_of(desk, admin_pages.page(sku))
    assert fields["price_GBP"] == "10.00"
    desk.post(admin_pages.page(sku), fields | {"initial-price_GBP": "10.00", "price_GBP": "12.00"})
    product = factories.read(sku)
    assert (product.prices, product.sales[0].regular) == ([factories.money(6)], factories.money(12))


def reprice(desk, response, **fields):
    context = response.context
    sent = {"skus": " ".join(context["skus"]), "previewed": context["previewed"], "kind": "percent", "ending": "penny"}
    return desk.post(
        f"{admin_pages.LIST}reprice/", {**sent, "currency": "GBP", "reason": "Season", **fields}, follow=True
    )


def test_a_bulk_price_change_can_be_temporary(desk, at):
    skus = [factories.product(price=price) for price in (10, 20)]
    change = {"value": "-50", "valid_from": "2026-09-25T00:00", "valid_until": "2026-09-28T00:00"}
    preview = reprice(desk, admin_pages.run_action(desk, "reprice", *skus), preview="1", **change)
    assert [row.after_text for row in preview.context["rows"]] == ["5.00", "10.00"]
    later = change | {"valid_until": "2026-09-29T00:00"}
    assert "have changed since the preview" in admin_pages.problems(reprice(desk, preview, apply="1", **later))
    assert "2 prices were scheduled temporarily" in admin_pages.messages(reprice(desk, preview, apply="1", **change))
    at(NOW + 5 * 24 * HOUR)
    assert [factories.read(sku).prices for sku in skus] == [[factories.money(5)], [factories.money(10)]]
    at(NOW + 9 * 24 * HOUR)
    assert [factories.read(sku).prices for sku in skus] == [[factories.money(10)], [factories.money(20)]]


def test_a_scheduled_bulk_price_is_set_even_if_it_equals_the_current_one(desk):
    sku = factories.product(price=10)
    change = {"kind": "to", "value": "10", "valid_from": "2026-09-25T00:00"}
    preview = reprice(desk, admin_pages.run_action(desk, "reprice", sku), preview="1", **change)
    assert "1 prices were scheduled" in admin_pages.messages(reprice(desk, preview, apply="1", **change))


def test_a_bulk_price_change_uses_the_decimals_of_the_currency(desk, settings):
    settings.CURRENCIES = ["JPY", "KWD"]
    sku = factories.product(price=None, prices=[common.Money(1200, "JPY"), common.Money(1200, "KWD")])
    form = admin_pages.run_action(desk, "reprice", sku)
    for currency, value, after in (("JPY", "100", "1300"), ("KWD", "0.100", "1.300")):
        preview = reprice(desk, form, preview="1", kind="amount", value=value, currency=currency)
        assert [row.after_text for row in preview.context["rows"]] == [after]
    refused = reprice(desk, form, preview="1", kind="amount", value="0.5", currency="JPY")
    assert "an amount in JPY has no decimals" in admin_pages.problems(refused)


def test_importing_an_export_with_temporary_prices_changes_nothing(desk, at):
    for sku in ("A", "B"):
        factories.product(sku=sku, price=10)
    with acting.as_staff("catalog"):
        sale = catalog.PriceInput(sku="A", money=factories.money(6), valid_until=NOW + HOUR + 7)
        later = catalog.PriceInput(
            sku="B", money=factories.money(5), valid_from=NOW + 2 * HOUR, valid_until=NOW + 3 * HOUR
        )
        factories.service().set_prices([sale, later])
    response = admin_pages.run_action(desk, "export_csv", "A", "B")
    first, second = exported_rows(response)
    cells = [first[name] for name in ("price GBP", "sale GBP", "sale from GBP", "sale until GBP", "sale EUR")]
    assert cells == ["10.00", "6.00", "2026-09-21 15:13:20", "2026-09-21 16:13:20.007000", ""]
    assert second["sale from GBP"] == "2026-09-21 17:13:20"
    for moment in (NOW + 1000, NOW + 9 * HOUR):
        at(moment)
        for action in ("export_csv", "export_xlsx"):
            file = response if moment > NOW + HOUR else admin_pages.run_action(desk, action, "A", "B")
            assert {outcome for outcome, _ in outcomes(import_file(desk, file.content)).values()} == {"unchanged"}


def test_a_temporary_price_is_imported(desk):
    factories.product(sku="A", price=10)
    content = "sku,Sale gbp,sale From GBP,sale until GBP\nA,6.00,2026-09-25,2026-09-28 08:30\n"
    results = outcomes(import_file(desk, content.encode()))
    assert results["A"] == ("changed", ["prices.GBP: 10.00 -> 6.00, from 2026-09-24 23:00 to 2026-09-28 07:30 UTC"])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("6,,", "sale until GBP: a temporary price needs an end."),
        (",2026-09-25,", "sale GBP: a temporary price needs an amount."),
        ("6,,soon", "sale until GBP: 'soon' is not a time such as 2026-11-27 18:00."),
        ("6,,2026-02-30", "sale until GBP: '2026-02-30' is not a valid date."),
        (
            "6,,2026-10-25 01:30",
            "sale until GBP: '2026-10-25 01:30' is ambiguous or does not exist in Europe/London: the clocks change then;"
            " add the offset from UTC, as in 2026-10-25 01:30+01:00.",
        ),
        ("6,,2026-01-01", "This end is in the past."),
        ("6.0055,,2026-12-01", "sale GBP: '6.0055' has 4 decimals; an amount in GBP has at most 2 decimals."),
    ],
)
def test_a_row_with_an_invalid_temporary_price_is_refused(desk, row, problem):
    factories.product(sku="A", price=10)
    content = f"sku,sale GBP,sale from GBP,sale until GBP\nA,{row}\n"
    assert outcomes(import_file(desk, content.encode()))["A"] == ("refused", problem)


def test_imported_prices_have_the_decimals_of_their_currency(desk, settings):
    settings.CURRENCIES = ["GBP", "JPY", "KWD"]
    factories.product(sku="A", price=10)
    factories.product(sku="B", price=10)
    # The second amount shows that the decimal sign of the file is a point; 1.299 alone would be ambiguous.
    results = outcomes(import_file(desk, b"sku,price jpy,Price KWD\nA,1250,1.299\nB,1250,1.25\n"))
    assert results["A"] == ("changed", ["prices.JPY: nothing -> 1250", "prices.KWD: nothing -> 1.299"])
    results = outcomes(import_file(desk, b"sku,price JPY\nA,12.50\n"))
    assert results["A"] == ("refused", "price JPY: '12.50' has 2 decimals; an amount in JPY has no decimals.")


def test_a_column_with_an_unknown_currency_is_refused_with_the_accepted_ones(desk):
    response = import_file(desk, b"sku,price XYZ\nA,1\n")
    assert "is not a currency of this shop; use GBP, EUR or USD." in admin_pages.problems(response)
