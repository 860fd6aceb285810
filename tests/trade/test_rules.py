"""The rules of the replay: kinds of lines, matching of returns with sales, prices, deliveries."""

import datetime as dt
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.trade.domain import kinds, lines, matching, planning, prices, steps, stock
from tests.trade import years


def kinds_of(number, rows, customer="20001"):
    return [".".join(filter(None, k)) for k in kinds.classify(years.document(number, rows, customer))]


@pytest.mark.parametrize(
    ("number", "customer", "row", "kind"),
    [
        ("7001", "20001", ("10001", 2, "1.50"), "sale"),
        ("7001", "", ("10001", 2, "1.50"), "sale"),
        ("7001", "20001", ("10001", 2, "0"), "free"),
        ("7001", "", ("10001", 2, "0"), "found"),
        ("7001", "", ("10001", -2, "0"), "loss"),
        ("7001", "20001", ("10001", -2, "0"), "loss"),
        ("7001", "20001", ("10001", -2, "1.50"), "return"),
        ("7001", "20001", ("10001", 0, "1.50"), "nothing"),
        ("7001", "20001", ("10001", 1, "-1.50"), "adjustment.odd"),
        ("C7001", "20001", ("10001", -2, "1.50"), "return"),
        ("C7001", "", ("10001", -2, "1.50"), "return"),
        ("C7001", "20001", ("10001", -2, "0"), "return"),
        ("C7001", "20001", ("10001", 2, "1.50"), "sale"),
        ("c7001", "20001", ("POST", -1, "1.50"), "adjustment.postage"),
        ("7001", "20001", ("POST", 1, "1.50"), "adjustment.postage"),
        ("7001", "", ("POST", 1, "0"), "note.postage"),
        ("A7001", "", ("B", 1, "-110.5"), "adjustment.bad_debt"),
        ("7001", "20001", ("m", 1, "1.50"), "adjustment.manual"),
        ("7001", "20001", ("gift_0001_20", 1, "1.50"), "adjustment.voucher"),
        ("7001", "", ("bank charges", -1, "1.50"), "adjustment.bank_charges"),
        ("7001", "", ("CRUK", -1, "1.50"), "adjustment.fee"),
        ("7001", "20001", ("DCGS0003", 1, "1.50"), "sale"),
        ("7001", "20001", ("SP1002", 1, "1.50"), "sale"),
    ],
)
def test_a_line_is_classified_by_document_code_quantity_and_price(number, customer, row, kind):
    assert kinds_of(number, [row], customer) == [kind]


def test_services_in_an_order_with_goods_are_charges():
    rows = [("10001", 2, "1.50"), ("POST", 1, "4"), ("D", -1, "2"), ("M", 1, "0")]
    assert kinds_of("7001", rows) == ["sale", "charge.postage", "charge.discount", "note.manual"]


def test_a_reduction_beyond_the_order_is_booked_separately():
    rows = [("10001", 2, "1.50"), ("POST", 1, "4"), ("D", -1, "20")]
    assert kinds_of("7001", rows) == ["sale", "charge.postage", "adjustment.discount"]


def test_free_goods_with_priced_lines_are_a_gift_not_a_count():
    assert kinds_of("7001", [("10001", 2, "0"), ("10003", 1, "1")], "") == ["free", "sale"]


def test_tenths_of_a_penny_are_rounded_to_pennies():
    line = lines.Line(0, "PADS", "", 3, 1_000)
    assert kinds.line_pence(line, kinds.Kind(kinds.SALE)) == 0
    assert kinds.line_pence(lines.Line(0, "M", "", 3, 333_000), kinds.Kind(kinds.CHARGE)) == 100


def returns_of(*documents):
    """What each returned line is matched with, by (document, line number, quantity)."""
    plan = planning.make_plan(_year(documents))
    return [[tuple(match) for match in plan.matches[position]] for position in sorted(plan.matches)]


def _year(documents):
    rows = []
    for hours, (number, found, customer) in enumerate(documents):
        for code, quantity, pounds in found:
            micros = round(float(pounds) * lines.MICROS)
            at = years.START + dt.timedelta(hours=hours)
            rows.append((number, code, "A thing", quantity, at, micros, customer, "EIRE"))
    return years.trade(rows)


def test_a_return_matches_the_latest_sale_at_its_price_with_enough_left():
    assert returns_of(
        ("1", [("10001", 9, 1.5)], "a"),
        ("2", [("10003", 1, 1), ("10001", 5, 1.5)], "a"),
        ("3", [("10001", 2, 1.5)], "a"),
        ("4", [("10001", 9, 1.6)], "a"),
        ("5", [("10001", 9, 1.5)], "b"),
        ("C6", [("10001", -4, 1.5)], "a"),
    ) == [[("2", 2, 4)]]


def test_a_return_larger_than_any_sale_matches_several_the_latest_first():
    assert returns_of(
        ("1", [("10001", 9, 1.5)], "a"), ("2", [("10001", 5, 1.5)], "a"), ("C3", [("10001", -10, 1.5)], "a")
    ) == [[("2", 1, 5), ("1", 1, 5)]]


def test_a_return_matches_a_sale_at_a_higher_price_but_never_at_a_lower_one():
    assert returns_of(
        ("1", [("10001", 9, 2)], "a"), ("2", [("10001", 9, 1)], "a"), ("C3", [("10001", -3, 1.5)], "a")
    ) == [[("1", 1, 3)]]


def test_returned_units_are_not_matched_again():
    assert returns_of(
        ("1", [("10001", 5, 1)], "a"), ("C2", [("10001", -4, 1)], "a"), ("C3", [("10001", -4, 1)], "a")
    ) == [[("1", 1, 4)], [("1", 1, 1)]]


def test_a_refund_never_exceeds_the_order():
    assert returns_of(("1", [("10001", 10, 1), ("D", -1, 7)], "a"), ("C2", [("10001", -10, 1)], "a")) == [[("1", 1, 3)]]


@pytest.mark.parametrize(
    "later",
    [("C2", [("10001", -1, 1)], ""), ("C2", [("10001", -1, 1)], "b"), ("C2", [("10003", -1, 1)], "a")],
)
def test_a_guest_or_another_customer_or_another_code_matches_nothing(later):
    assert returns_of(("1", [("10001", 5, 1)], "a"), later) == [[]]


def test_later_sales_are_not_matched():
    assert returns_of(("C1", [("10001", -1, 1)], "a"), ("2", [("10001", 5, 1)], "a")) == [[]]


def test_an_unmatched_return_is_restocked_and_refunded_as_goodwill():
    year = _year([("C1", [("10001", -3, 1.5)], "a")])
    found = list(steps.steps(next(lines.documents(year)), planning.make_plan(year)))
    assert [(type(s).__name__, s.quantity if isinstance(s, steps.StockNote) else s.amount) for s in found] == [
        ("StockNote", 3),
        ("Adjustment", -450),
    ]


def history_of(*months):
    votes = {24132 + i: prices.Counter(dict(found)) for i, found in enumerate(months)}
    return [(p.day.isoformat(), p.price) for p in prices.list_prices(votes, dt.date(2011, 1, 5))]


def test_a_list_price_changes_if_another_price_leads_two_months():
    assert history_of({250: 9, 225: 4}, {250: 3}, {275: 5, 250: 4}, {275: 2}, {275: 1}) == [
        ("2011-01-05", 250),
        ("2011-03-01", 275),
    ]


def test_a_price_that_leads_a_single_month_is_not_the_list_price():
    assert history_of({250: 9}, {225: 8}, {250: 3}) == [("2011-01-05", 250)]
    assert history_of({250: 9}, {225: 8}) == [("2011-01-05", 250)]


def test_of_a_tie_the_higher_price_is_the_list_price():
    assert history_of({250: 2, 295: 2}) == [("2011-01-05", 295)]


def test_a_product_that_was_always_free_has_a_list_price_of_a_penny():
    assert history_of() == [("2011-01-05", 1)]
    assert history_of({0: 3}) == [("2011-01-05", 1)]


def received(*days):
    found = [stock.Day(dt.date.fromisoformat(d).toordinal(), out, back) for d, out, back in days]
    return [(r.day.isoformat(), r.quantity) for r in stock.receipts("10001", found)]


def test_goods_are_received_once_a_month_in_cartons_on_the_day_of_shortage():
    assert received(("2011-01-04", 4, 0), ("2011-01-09", 9, 0), ("2011-02-01", 3, 0), ("2011-02-09", 100, 0)) == [
        ("2011-01-04", 18),
        ("2011-02-09", 120),
    ]


def test_returned_goods_count_from_the_next_day():
    assert received(("2011-01-04", 6, 6), ("2011-01-05", 6, 0)) == [("2011-01-04", 6)]


@given(st.integers(1, 100_000))
def test_a_lot_is_rounded_up_to_cartons(needed):
    assert needed <= stock.lot(needed) < needed + 1_000


def test_a_products_name_is_the_description_of_most_sales():
    names = planning.Counter({"TIN ROBOT": 3, "?": 9, "tin robot": 1})
    assert planning.name_of("10001", names) == "TIN ROBOT"
    assert planning.name_of("10001", None) == "Item 10001"


def test_documents_are_in_chronological_order_with_all_their_lines():
    at = years.START
    rows = [("2", at + dt.timedelta(hours=1)), ("1", at), ("2", at + dt.timedelta(minutes=1)), ("3", at)]
    year = years.trade((n, "10001", "", 1, when, 1, "", "") for n, when in rows)
    assert [(d.number, len(d.lines), d.at - at) for d in lines.documents(year)] == [
        ("1", 1, dt.timedelta(0)),
        ("3", 1, dt.timedelta(0)),
        ("2", 2, dt.timedelta(minutes=1)),
    ]


def test_matching_stores_all_sales_with_returns():
    sales = matching.Sales(money={"1": 500})
    line = lines.Line(0, "10001", "", 5, 1_000_000)
    matching.remember(sales, years.document("1", [("10001", 5, "1")], "a"), line, 1)
    back = lines.Line(1, "10001", "", -2, 1_000_000)
    assert matching.match(sales, "a", back) == (matching.Match("1", 1, 2),)
    assert sales.money == {"1": 300}
    assert sales.sold["a", "10001"][0].returnable == 3


@pytest.mark.parametrize(
    ("code", "sku"),
    [("85048", "85048"), (" 47503j ", "47503J"), ("gift_0001_80", "GIFT_0001_80"), ("BANK CHARGES", "BANKCHARGES")],
)
def test_an_ordinary_stock_code_is_its_own_sku(code, sku):
    assert kinds.normal_code(code) == sku


def test_different_stock_codes_have_different_skus():
    codes = ["A/1", "A-1", "A.1", "A_1", "A+1", "É1", "È1", "E1", "-1", "茶", "酒", "ß1", "SS1", "X" * 70, "X" * 71]
    codes += [kinds.normal_code(code) for code in codes if kinds.normal_code(code) != code]
    skus = [kinds.normal_code(code) for code in codes]
    assert len(set(skus)) == len(codes)
    assert all(re.fullmatch("[A-Z0-9._-]{1,64}", sku) for sku in skus)


@given(st.text(min_size=1), st.text(min_size=1))
def test_stock_codes_share_a_sku_only_if_case_and_spaces_differ(one, other):
    assume(one.strip() and other.strip())
    same = kinds.normal_code(one) == kinds.normal_code(other)
    plain = ["".join(unicodedata.normalize("NFC", code).split()).casefold() for code in (one, other)]
    assert not same or plain[0] == plain[1]


def test_the_sku_of_a_stock_code_stays_the_same():
    assert kinds.normal_code("A/1") == kinds.normal_code("a / 1") == "A-1--E3714F564622"
    assert kinds.normal_code("é1") == kinds.normal_code("e\u0301 1") == "E1--35A4D2DFD2EC"
