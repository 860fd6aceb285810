"""Numbers written as text, with the decimal separator determined from all numbers of a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

POINT, COMMA = "point", "comma"
DECIMALS = (POINT, COMMA)

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | {"’": "'", "ʼ": "'"})
_SWAPPED = str.maketrans(".,", ",.")
# Digits may be grouped by threes with a comma, a space or an apostrophe; the first group does not start with 0.
_NUMBER = re.compile(
    r"[+-]?(?:(?:\d+(?:_\d+)*|[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+))(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
)
_GROUPING = re.compile("[,' ]")

SIGNS = {
    "£": ("GBP",),
    "€": ("EUR",),
    "$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD"),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "₺": ("TRY",),
    "₽": ("RUB",),
    "zł": ("PLN",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr.": ("CHF",),
}
"""Currency signs, and the currencies that they may denote."""

_CURRENCY = rf"{'|'.join(map(re.escape, SIGNS))}|[$¢£¤¥\u20a0-\u20cf]|[A-Z]{{3}}"
_AMOUNT = re.compile(rf"([+-]?)\s*({_CURRENCY})?\s*([+-]?[\d.,'][\d.,' _eE+-]*?)\s*({_CURRENCY})?")


class OtherCurrency(ValueError):
    """An amount in another currency than its column's."""


def read(text: str, decimal: str) -> Decimal | None:
    """Parse a number with a decimal point or comma; None if it is not a number."""
    plain = text.translate(_SPACES).strip()
    if decimal == COMMA:
        plain = plain.translate(_SWAPPED)
    if not _NUMBER.fullmatch(plain):
        return None
    return Decimal(_GROUPING.sub("", plain))


def bare(text: str, currency: str) -> str:
    """Remove the currency from an amount such as `£12.50`, `12.50 GBP` or `-£12.50`. Raises OtherCurrency."""
    match = _AMOUNT.fullmatch(text.translate(_SPACES).strip())
    if match is None:
        return text
    for sign in (match[2], match[4]):
        if sign and currency != sign and currency not in SIGNS.get(sign, ()):
            raise OtherCurrency(f"{text!r} is not in {currency}")
    return match[1] + match[3]


class WrittenNumber(NamedTuple):
    """A number of the file as text, and its position."""

    text: str
    place: Any


@dataclass(slots=True)
class Evidence:
    """The first numbers that allow only a decimal point, only a decimal comma, or both with different values."""

    point: WrittenNumber | None = None
    comma: WrittenNumber | None = None
    either: WrittenNumber | None = None

    def add(self, text: str, place: Any, fits: Callable[[Decimal], bool] | None = None) -> None:
        """Add a number. `fits` says which values are possible in its column, such as whole numbers."""
        point, comma = (_fitting(read(text, decimal), fits) for decimal in DECIMALS)
        if point is not None and comma is None:
            self.point = self.point or WrittenNumber(text, place)
        elif comma is not None and point is None:
            self.comma = self.comma or WrittenNumber(text, place)
        elif point != comma:
            self.either = self.either or WrittenNumber(text, place)

    @property
    def decimal(self) -> str | None:
        """The decimal separator of the file; None if its numbers are contradictory or ambiguous."""
        if self.point and self.comma:
            return None
        if self.point or self.comma:
            return POINT if self.point else COMMA
        return None if self.either else POINT


def _fitting(number: Decimal | None, fits: Callable[[Decimal], bool] | None) -> Decimal | None:
    return number if number is not None and (fits is None or fits(number)) else None
