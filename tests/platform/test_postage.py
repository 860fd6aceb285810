"""The shop's postage: by currency, in its own minor units, free from some price of goods on."""

import pytest

from thriftshop import postage


@pytest.mark.parametrize(
    ("currency", "goods", "price"),
    [
        ("GBP", 0, 3_95),
        ("GBP", 49_99, 3_95),
        ("GBP", 50_00, 0),
        ("EUR", 59_99, 4_95),
        ("USD", 65_00, 0),
        ("JPY", 4_999, 500),
        ("JPY", 5_000, 0),
        ("KWD", 19_999, 1_250),
        ("KWD", 20_000, 0),
        ("CHF", 10**9, 7_00),
    ],
)
def test_the_postage_of_an_order(settings, currency, goods, price):
    settings.POSTAGE = {**settings.POSTAGE, "JPY": "500/5000", "KWD": "1.25/20", "CHF": "7"}
    assert postage.of(currency, goods) == price


def test_a_currency_without_a_rate_is_refused_naming_the_others():
    with pytest.raises(postage.NoRate, match="no postage in JPY; it sends orders in GBP, EUR, USD"):
        postage.of("JPY", 1)
