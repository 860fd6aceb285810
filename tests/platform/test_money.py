"""Money in minor units, by the exponents of ISO 4217."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import common
from thriftshop import money

currencies = st.sampled_from(sorted(money.EXPONENTS))
amounts = st.integers(-(10**14), 10**14)


@pytest.mark.parametrize(
    ("currency", "digits"), [("GBP", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("UYW", 4), ("ISK", 0), ("TND", 3)]
)
def test_the_exponents_are_those_of_iso_4217(currency, digits):
    assert money.exponent(currency) == digits


def test_every_code_has_three_capital_letters():
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in money.EXPONENTS)


@pytest.mark.parametrize("code", ["", "gbp", "XXX", "XAU", "DEM", "ZZZ", "POUND"])
def test_an_unknown_code_is_refused(code):
    with pytest.raises(money.UnknownCurrency):
        money.exponent(code)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "GBP", 1250),
        ("12.5", "GBP", 1250),
        (" 12 ", "GBP", 1200),
        ("-0.05", "GBP", -5),
        ("1250", "JPY", 1250),
        ("1.299", "KWD", 1299),
        ("9999999999999999.99", "GBP", 999999999999999999),
        (Decimal("12.5"), "GBP", 1250),
        (Decimal("1E+3"), "JPY", 1000),
    ],
)
def test_an_amount_is_parsed_exactly(text, currency, amount):
    assert money.parse(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("12.345", "GBP", "'12.345' has 3 decimals; an amount in GBP has at most 2 decimals."),
        ("1.000", "GBP", "'1.000' has 3 decimals; an amount in GBP has at most 2 decimals."),
        ("12.50", "JPY", "'12.50' has 2 decimals; an amount in JPY has no decimals."),
        ("12,50", "GBP", "'12,50' is not an amount such as 12.50."),
        ("1" + "0" * 5000, "GBP", f"'1{'0' * 39}' is too large."),
        ("", "JPY", "'' is not an amount such as 1250."),
    ],
)
def test_an_invalid_amount_is_refused(text, currency, says):
    with pytest.raises(money.InvalidAmount) as refusal:
        money.parse(text, currency)
    assert str(refusal.value) == says


@pytest.mark.parametrize("text", ["1e5", "NaN", "Infinity", "١٢", "1_000", "0x10", ".5", "5.", "--1", "£5"])
def test_only_plain_decimals_are_amounts(text):
    with pytest.raises(money.InvalidAmount):
        money.parse(text, "GBP")


@given(amounts, currencies)
def test_a_formatted_amount_is_parsed_to_the_same_value(amount, currency):
    assert money.parse(money.decimal_text(amount, currency), currency) == amount
    shown, _, code = money.format_amount(amount, currency).partition(" ")
    assert (money.parse(shown.replace(",", ""), currency), code) == (amount, currency)


def test_amounts_are_formatted_with_the_decimals_of_their_currency():
    assert money.format_amount(123450, "GBP") == "1,234.50 GBP"
    assert money.format_amount(-5, "GBP") == "-0.05 GBP"
    assert money.format_amount(1250, "JPY") == "1,250 JPY"
    assert money.format_amount(1250, "KWD") == "1.250 KWD"


def test_codes_are_case_insensitive_and_unknown_ones_are_refused():
    assert money.accepted(" gbp ", ["GBP", "EUR", "USD"], "currency") == "GBP"
    with pytest.raises(common.InvalidInput) as refusal:
        money.accepted("XYZ", ["GBP", "EUR", "USD"], "currency")
    assert refusal.value.message == "'XYZ' is not a currency of this shop; use GBP, EUR or USD."
    assert refusal.value.field == "currency"
