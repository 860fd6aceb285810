"""The rules for settings and default addresses, as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.users import domain
from idl import common


def test_settings_change_individually_and_an_empty_value_restores_the_default():
    chosen = domain.changed_settings({}, {"currency": "EUR", "newsletter": "true"}, ["GBP", "EUR"])
    chosen = domain.changed_settings(chosen, {"newsletter": ""}, ["GBP", "EUR"])
    assert domain.all_settings(chosen, "GBP") == {
        "currency": "EUR",
        "language": "en-GB",
        "newsletter": "false",
        "order_updates": "true",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "blue"}, "settings"),
        ({"": ""}, "settings"),
        ({"currency": "XAU"}, "settings.currency"),
        ({"newsletter": "maybe"}, "settings.newsletter"),
        ({"language": "English"}, "settings.language"),
        ({"order_updates": "\U0001f600"}, "settings.order_updates"),
    ],
)
def test_unknown_settings_and_values_are_refused(changes, field):
    with pytest.raises(common.InvalidInput) as refused:
        domain.changed_settings({}, changes, ["GBP"])
    assert refused.value.field == field


@given(st.dictionaries(st.text(max_size=3), st.booleans(), max_size=6), st.none() | st.text(max_size=3))
def test_exactly_one_of_the_addresses_is_the_default(addresses, default):
    chosen = domain.default_address(addresses, default)
    assert (chosen is None) == (not addresses)
    assert chosen is None or chosen in addresses
    if default in addresses:
        assert chosen == default
    elif addresses and any(addresses.values()):
        assert addresses[chosen]
