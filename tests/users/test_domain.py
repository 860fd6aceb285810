"""The rules for names, addresses and settings, as pure functions."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.users import domain
from idl import common
from tests.users import people

texts = st.text(max_size=200)
addresses = st.builds(
    common.Address,
    name=texts,
    lines=st.lists(texts, max_size=5),
    city=texts,
    region=st.none() | texts,
    postcode=st.none() | st.text(max_size=30),
    country=st.sampled_from(["GB", "gb", " fr ", "XX", "", "England", "\U0001f600"]) | st.text(max_size=3),
)


def kept_or_refused(address):
    """The address as it is kept, or why it is not."""
    try:
        return domain.address(address), None
    except common.InvalidInput as refusal:
        return None, refusal


@given(addresses)
def test_an_address_is_kept_within_its_limits_or_refused_by_name_of_its_field(address):
    kept, refusal = kept_or_refused(address)
    if kept is None:
        assert refusal.field.startswith("address.")
        assert refusal.message.endswith(".")
        return
    assert kept.country in domain.COUNTRIES
    assert 1 <= len(kept.lines) <= domain.MOST_LINES
    assert all(0 < len(line) <= domain.LINE_LENGTH for line in kept.lines)
    assert 0 < len(kept.city) <= domain.CITY_LENGTH
    assert kept.postcode is None or 0 < len(kept.postcode) <= domain.POSTCODE_LENGTH


@given(addresses)
def test_an_address_that_was_kept_is_kept_unchanged_again(address):
    kept, _ = kept_or_refused(address)
    assert kept is None or domain.address(kept) == kept


@given(texts)
def test_what_is_kept_can_be_printed_and_has_no_blanks_to_spare(text):
    try:
        kept = domain.plain(text, "name", 100, "The name")
    except common.InvalidInput:
        return
    assert kept == kept.strip()
    assert "  " not in kept
    assert len(kept) <= 100
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in kept)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "address.country"),
        ({"country": "United Kingdom"}, "address.country"),
        ({"lines": []}, "address.lines"),
        ({"lines": ["", "  "]}, "address.lines"),
        ({"lines": ["1", "2", "3", "4"]}, "address.lines"),
        ({"lines": ["x" * 101]}, "address.lines"),
        ({"city": ""}, "address.city"),
        ({"city": "x" * 10_000}, "address.city"),
        ({"postcode": "x" * 21}, "address.postcode"),
        ({"name": "Ann\nBcc: all"}, "address.name"),
        ({"name": "Ann \u202etxt.exe"}, "address.name"),
        ({"region": "\x00"}, "address.region"),
    ],
)
def test_an_address_at_fault_is_refused_by_the_name_of_its_field(changes, field):
    with pytest.raises(common.InvalidInput) as refused:
        domain.address(people.an_address(**changes))
    assert refused.value.field == field


def test_names_from_all_over_the_world_are_kept():
    for name in ("Søren Ågård", "李小龍", "Mary-Jane O'Neill", "Ñandú", "👩‍🎨 Studio"):
        assert domain.name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["", "   ", "x" * 151, "a\tb", "\ud800"])
def test_names_that_say_nothing_or_break_lines_are_refused(name):
    with pytest.raises(common.InvalidInput) as refused:
        domain.name(name)
    assert refused.value.field == "name"


def test_all_249_countries_are_known():
    assert len(domain.COUNTRIES) == 249


def test_settings_are_changed_one_by_one_and_go_back_to_the_default_when_emptied():
    chosen = domain.changed_settings({}, {"currency": "EUR", "newsletter": "true"}, ["GBP", "EUR"])
    chosen = domain.changed_settings(chosen, {"newsletter": ""}, ["GBP", "EUR"])
    assert domain.all_settings(chosen, "GBP") == {
        "currency": "EUR",
        "language": "en-GB",
        "newsletter": "false",
        "order_updates": "true",
    }


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"colour": "blue"}, "settings"),
        ({"": ""}, "settings"),
        ({"currency": "XAU"}, "settings.currency"),
        ({"newsletter": "maybe"}, "settings.newsletter"),
        ({"language": "English"}, "settings.language"),
        ({"order_updates": "\U0001f600"}, "settings.order_updates"),
    ],
)
def test_unknown_settings_and_values_are_refused(wanted, field):
    with pytest.raises(common.InvalidInput) as refused:
        domain.changed_settings({}, wanted, ["GBP"])
    assert refused.value.field == field


@given(st.dictionaries(st.text(max_size=3), st.booleans(), max_size=6), st.none() | st.text(max_size=3))
def test_wherever_there_are_addresses_one_is_the_default(addresses, wanted):
    chosen = domain.default_after(addresses, wanted)
    assert (chosen is None) == (not addresses)
    assert chosen is None or chosen in addresses
    if wanted in addresses:
        assert chosen == wanted
    elif addresses and any(addresses.values()):
        assert addresses[chosen]


@given(st.text(max_size=60))
def test_an_email_address_has_one_form(text):
    assert domain.normal_email(domain.normal_email(text)) == domain.normal_email(f"  {text} ")
