"""The staff's door to the catalog: temporary prices in forms and files."""

import pytest

from idl import catalog, common
from tests import acting
from tests.catalog import admin_pages, factories
from tests.catalog.uploads import exported, outcomes, send
from thriftshop import clock

pytestmark = pytest.mark.django_db
NOW = 1_790_000_000_000  # 2026-09-21 14:13:20 UTC, an hour later in the shop's time
HOUR = 3_600_000


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Holds the clock; `at(moment)` moves it on."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return lambda later: moment.__setitem__(0, later)


def schedule(desk, sku, **fields):
    sent = {f"schedule-{name}": value for name, value in ({"currency": "GBP"} | fields).items()}
    return admin_pages.said(desk.post(admin_pages.page(sku).replace("change", "prices"), sent, follow=True))


def timeline(desk, sku):
    """The prices over time as the product's page tells them."""
    rows = desk.get(admin_pages.page(sku)).context["prices"]
    return [(row["shown"], row["instead_of"], row["standing"], row["can_end"]) for row in rows]


def test_a_sale_is_set_with_its_end_and_told_in_the_timeline(desk, at):
    sku = factories.product(price=10)
    told = schedule(desk, sku, amount="6", valid_from="2026-09-25T00:00", valid_until="2026-09-28T00:00", reason="Fair")
    assert "was set" in told
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
    return admin_pages.said(desk.post(admin_pages.page(sku).replace("change", "prices/end"), sent, follow=True))


def test_a_sale_is_ended_by_a_click_and_one_to_come_withdrawn(desk, at):
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
    gone = {"currency": "GBP", "valid_from": "1"}
    answer = desk.post(admin_pages.page(sku).replace("change", "prices/end"), gone, follow=True)
    assert "no longer exists" in admin_pages.said(answer)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"valid_until": "2026-09-01T00:00"}, "must end after it starts"),
        ({"valid_from": "2026-09-25T00:00", "valid_until": "2026-09-25T00:00"}, "must end after it starts"),
        ({"amount": "6.005"}, "an amount in GBP has at most 2 decimals"),
        ({"currency": "JPY", "amount": "6.5"}, "an amount in JPY has no decimals"),
    ],
)
def test_a_sale_that_makes_no_sense_is_refused(desk, settings, fields, problem):
    settings.CURRENCIES = ["GBP", "JPY"]
    sku = factories.product(price=10)
    before = factories.tables()
    told = schedule(desk, sku, **({"amount": "6"} | fields))
    assert "Nothing was changed" in told
    assert problem in told
    assert factories.tables() == before


def test_the_form_shows_the_regular_price_and_leaves_a_sale_alone(desk):
    sku = factories.product(price=10)
    schedule(desk, sku, amount="6", valid_until="2026-09-28T00:00")
    fields = admin_pages.form_of(desk, admin_pages.page(sku))
    assert fields["price_GBP"] == "10.00"
    desk.post(admin_pages.page(sku), fields | {"initial-price_GBP": "10.00", "price_GBP": "12.00"})
    shown = factories.read(sku)
    assert (shown.prices, shown.sales[0].regular) == ([factories.money(6)], factories.money(12))


def reprice(desk, answer, **fields):
    context = answer.context
    sent = {"skus": " ".join(context["skus"]), "previewed": context["previewed"], "kind": "percent", "ending": "penny"}
    return desk.post(
        f"{admin_pages.LIST}reprice/", {**sent, "currency": "GBP", "reason": "Season", **fields}, follow=True
    )


def test_many_prices_are_lowered_for_a_time(desk, at):
    skus = [factories.product(price=price) for price in (10, 20)]
    change = {"value": "-50", "valid_from": "2026-09-25T00:00", "valid_until": "2026-09-28T00:00"}
    preview = reprice(desk, admin_pages.act(desk, "reprice", *skus), preview="1", **change)
    assert [row.shown_after for row in preview.context["rows"]] == ["5.00", "10.00"]
    later = change | {"valid_until": "2026-09-29T00:00"}
    assert "have changed since the preview" in admin_pages.problems(reprice(desk, preview, apply="1", **later))
    assert "2 prices were scheduled temporarily" in admin_pages.said(reprice(desk, preview, apply="1", **change))
    at(NOW + 5 * 24 * HOUR)
    assert [factories.read(sku).prices for sku in skus] == [[factories.money(5)], [factories.money(10)]]
    at(NOW + 9 * 24 * HOUR)
    assert [factories.read(sku).prices for sku in skus] == [[factories.money(10)], [factories.money(20)]]


def test_one_price_for_later_is_set_although_it_is_the_same_now(desk):
    sku = factories.product(price=10)
    change = {"kind": "to", "value": "10", "valid_from": "2026-09-25T00:00"}
    preview = reprice(desk, admin_pages.act(desk, "reprice", sku), preview="1", **change)
    assert "1 prices were scheduled" in admin_pages.said(reprice(desk, preview, apply="1", **change))


def test_repricing_follows_the_decimals_of_the_currency(desk, settings):
    settings.CURRENCIES = ["JPY", "KWD"]
    sku = factories.product(price=None, prices=[common.Money(1200, "JPY"), common.Money(1200, "KWD")])
    form = admin_pages.act(desk, "reprice", sku)
    for currency, value, after in (("JPY", "100", "1300"), ("KWD", "0.100", "1.300")):
        preview = reprice(desk, form, preview="1", kind="amount", value=value, currency=currency)
        assert [row.shown_after for row in preview.context["rows"]] == [after]
    refused = reprice(desk, form, preview="1", kind="amount", value="0.5", currency="JPY")
    assert "an amount in JPY has no decimals" in admin_pages.problems(refused)


def test_an_export_with_sales_imported_again_changes_nothing(desk, at):
    for sku in ("A", "B"):
        factories.product(sku=sku, price=10)
    with acting.as_staff("catalog"):
        sale = catalog.PriceInput(sku="A", money=factories.money(6), valid_until=NOW + HOUR + 7)
        later = catalog.PriceInput(
            sku="B", money=factories.money(5), valid_from=NOW + 2 * HOUR, valid_until=NOW + 3 * HOUR
        )
        factories.service().set_prices([sale, later])
    answer = admin_pages.act(desk, "export_csv", "A", "B")
    first, second = exported(answer)
    shown = [first[name] for name in ("price GBP", "sale GBP", "sale from GBP", "sale until GBP", "sale EUR")]
    assert shown == ["10.00", "6.00", "2026-09-21 15:13:20", "2026-09-21 16:13:20.007000", ""]
    assert second["sale from GBP"] == "2026-09-21 17:13:20"
    for moment in (NOW + 1000, NOW + 9 * HOUR):
        at(moment)
        for action in ("export_csv", "export_xlsx"):
            file = answer if moment > NOW + HOUR else admin_pages.act(desk, action, "A", "B")
            assert {outcome for outcome, _ in outcomes(send(desk, file.content)).values()} == {"unchanged"}


def test_a_sale_is_imported(desk):
    factories.product(sku="A", price=10)
    content = "sku,Sale gbp,sale From GBP,sale until GBP\nA,6.00,2026-09-25,2026-09-28 08:30\n"
    found = outcomes(send(desk, content.encode()))
    assert found["A"] == ("changed", ["prices.GBP: 10.00 -> 6.00, from 2026-09-24 23:00 to 2026-09-28 07:30 UTC"])


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
def test_a_row_with_half_a_sale_is_refused(desk, row, problem):
    factories.product(sku="A", price=10)
    content = f"sku,sale GBP,sale from GBP,sale until GBP\nA,{row}\n"
    assert outcomes(send(desk, content.encode()))["A"] == ("refused", problem)


def test_prices_are_imported_with_the_decimals_of_their_currency(desk, settings):
    settings.CURRENCIES = ["GBP", "JPY", "KWD"]
    factories.product(sku="A", price=10)
    factories.product(sku="B", price=10)
    # The second amount tells that the point is decimal in this file: 1.299 alone could be read in two ways.
    found = outcomes(send(desk, b"sku,price jpy,Price KWD\nA,1250,1.299\nB,1250,1.25\n"))
    assert found["A"] == ("changed", ["prices.JPY: nothing -> 1250", "prices.KWD: nothing -> 1.299"])
    found = outcomes(send(desk, b"sku,price JPY\nA,12.50\n"))
    assert found["A"] == ("refused", "price JPY: '12.50' has 2 decimals; an amount in JPY has no decimals.")


def test_a_column_of_an_unknown_currency_is_refused_naming_the_accepted(desk):
    answer = send(desk, b"sku,price XYZ\nA,1\n")
    assert "is not a currency of this shop; use GBP, EUR or USD." in admin_pages.problems(answer)
