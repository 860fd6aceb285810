"""The rules for settings and default addresses, as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.users import domain
from idl import common


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
    chosen = domain.default_address(addresses, wanted)
    assert (chosen is None) == (not addresses)
    assert chosen is None or chosen in addresses
    if wanted in addresses:
        assert chosen == wanted
    elif addresses and any(addresses.values()):
        assert addresses[chosen]
