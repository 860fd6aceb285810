"""Numbers are read exactly, in the convention of their file, unless it is ambiguous."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from thriftshop.tables import numbers

GROUPINGS = {numbers.POINT: ["", ",", " ", "'", "’", "\u00a0", "\u202f"], numbers.COMMA: ["", ".", " ", "'", "\u00a0"]}
SIGNS = {numbers.POINT: ".", numbers.COMMA: ","}

values = st.decimals(-99_999_999, 99_999_999, places=4, allow_nan=False)
conventions = st.sampled_from([(one, grouping) for one, all_ in GROUPINGS.items() for grouping in all_])


def written(value, decimal, grouping, places=None):
    """A value as a file of this convention has it."""
    plain = format(value if places is None else round(value, places), "f")
    sign, plain = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, fraction = plain.partition(".")
    groups = []
    while len(whole) > 3 and grouping:
        whole, group = whole[:-3], whole[-3:]
        groups.insert(0, group)
    return sign + grouping.join([whole, *groups]) + (SIGNS[decimal] + fraction if fraction else "")


@given(values, conventions)
def test_a_formatted_number_is_parsed_exactly(value, convention):
    assert numbers.read(written(value, *convention), convention[0]) == value


@given(st.lists(values, min_size=1, max_size=20), conventions, st.sampled_from([0, 1, 2, 3]))
def test_a_file_is_read_exactly_or_is_ambiguous(found, convention, places):
    evidence = numbers.Evidence()
    texts = [written(value, *convention, places) for value in found]
    for text in texts:
        evidence.add(text, None)
    if evidence.decimal is None:
        assert evidence.either
        assert not (evidence.point and evidence.comma)
        return
    assert [numbers.read(text, evidence.decimal) for text in texts] == [round(value, places) for value in found]


@given(st.lists(st.integers(1_000, 999_999), min_size=1, max_size=5), st.sampled_from(",."))
def test_numbers_that_allow_both_conventions_are_ambiguous(found, sign):
    evidence = numbers.Evidence()
    for value in found:
        evidence.add(f"{value // 1000}{sign}{value % 1000:03d}", None)
    assert evidence.decimal is None
    assert evidence.either


@given(values, values)
def test_numbers_of_two_conventions_contradict_each_other(one, other):
    texts = written(one, numbers.POINT, "", 2), written(other, numbers.COMMA, "", 2)
    assume("." in texts[0] and "," in texts[1])
    evidence = numbers.Evidence()
    for text in texts:
        evidence.add(text, None)
    assert evidence.decimal is None


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1.299", "1.299", "1299"),
        ("1,299", "1299", "1.299"),
        ("1.234,50", None, "1234.50"),
        ("1,234.50", "1234.50", None),
        ("1'299.50", "1299.50", None),
        ("1\u00a0299,50", None, "1299.50"),
        ("1.234.567", None, "1234567"),
        ("0.299", "0.299", None),
        ("0,99", None, "0.99"),
        ("012.500", "12.500", None),
        ("12.50", "12.50", None),
        ("1,00,000", None, None),
        ("1 5", None, None),
        ("1.5.5", None, None),
        ("1e3", "1000", "1000"),
        ("--5", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("", None, None),
        ("(6)", None, None),
        ("6-", None, None),
        ("−6", None, None),
    ],
)
def test_a_number_has_one_value_in_each_convention_or_none(text, point, comma):
    found = [numbers.read(text, decimal) for decimal in numbers.DECIMALS]
    assert found == [None if value is None else Decimal(value) for value in (point, comma)]


def test_an_impossible_value_excludes_a_convention():
    evidence = numbers.Evidence()
    evidence.add("1.500", None, lambda number: number == number.to_integral_value())
    assert evidence.decimal == numbers.COMMA


@pytest.mark.parametrize("text", ["£12.50", "12.50 £", "12.50£", "GBP 12.50", "12.50 GBP", "£ 12.50", "12.50"])
def test_currency_signs_and_codes_are_removed_from_amounts(text):
    assert numbers.bare(text, "GBP") == "12.50"
    assert numbers.bare(f"-{text}", "GBP") == "-12.50"


@pytest.mark.parametrize("text", ["€12.50", "$12.50", "12.50 EUR", "USD12.50", "12.50 ₹"])
def test_an_amount_in_another_currency_is_refused(text):
    with pytest.raises(numbers.OtherCurrency, match="is not in GBP"):
        numbers.bare(text, "GBP")


@pytest.mark.parametrize("text", ["twelve", "NaN", "Infinity", "0x10", "", "£", "EUR"])
def test_other_texts_are_not_changed(text):
    assert numbers.bare(text, "GBP") == text
