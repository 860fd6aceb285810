"""Parsers of single cells: each returns an exact value or raises a ValueError that describes the cell."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
import unicodedata
from typing import Any

from apps.trade.domain import limits, lines
from thriftshop.tables import dates, errors, numbers
from thriftshop.tables.table import Faulty

PRICE_LIMIT = 10_000_000
CURRENCY = "GBP"
YEARS = range(1971, 2101)
MISSING = ("nan", "none", "null", "nat", "<na>")
"""What data frames write for missing values, case-insensitive."""

Number = tuple[str, decimal.Decimal]


def text(cell: Any) -> str:
    """An optional text, without unprintable characters. A whole number loses a spreadsheet's `.0`."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    plain = _printable(_written(cell))
    return "" if plain.lower() in MISSING else plain


def _printable(plain: str) -> str:
    if not plain.isprintable():
        plain = "".join(char if char.isprintable() else " " for char in plain)
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def _refuse_faults(cell: Any) -> None:
    if isinstance(cell, Faulty):
        raise ValueError(cell.problem)
    if errors.is_error(cell):
        raise ValueError(f"{quoted(cell)} is a spreadsheet error; correct it or clear the cell")


def _written(cell: Any) -> str:
    _refuse_faults(cell)
    if isinstance(cell, bool | bytes | dt.date | dt.time | dt.timedelta | list | dict):
        raise ValueError(f"{quoted(cell)} is {_kind(cell)}, but text is required; format the column as text")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _kind(cell: Any) -> str:
    if isinstance(cell, bool):
        return "a boolean"
    return "a date or time" if isinstance(cell, dt.date | dt.time | dt.timedelta) else "neither text nor a number"


def required_text(cell: Any) -> str:
    """A required text."""
    value = text(cell)
    if not value:
        raise ValueError("the cell is empty")
    return value


def document(cell: Any) -> str:
    """A document's number."""
    value = required_text(cell)
    if len(value) > limits.DOCUMENT_LENGTH:
        raise ValueError(
            f"{quoted(value)} has {len(value):,} characters; a document's number has at most {limits.DOCUMENT_LENGTH}"
        )
    return value


def customer(cell: Any) -> str:
    """A customer's number as text, empty for a guest. `13085.0` is `13085`."""
    return re.sub(r"\.0+$", "", text(cell))


def amount_text(cell: Any) -> str | None:
    """The text to be parsed as a number, without a pound sign; None for a typed number."""
    if not isinstance(cell, str):
        return None
    try:
        return numbers.bare(_printable(cell), CURRENCY)
    except numbers.OtherCurrency:
        return None


def quantity(cell: Any, decimal_sign: str = numbers.POINT) -> int:
    """A whole number of units, of either sign."""
    number = _number(cell, "whole number", decimal_sign)
    if not is_whole(number):
        raise ValueError(f"{quoted(cell)} is not a whole number")
    if abs(number) > limits.QUANTITY:
        raise ValueError(f"{quoted(cell)} is more than a line's maximum of {limits.QUANTITY:,}")
    return int(number)


def is_whole(number: decimal.Decimal) -> bool:
    """Whether a number has no fraction."""
    return number == number.to_integral_value()


def price(cell: Any, decimal_sign: str = numbers.POINT) -> int:
    """A price in micros, rounded to the millionth of a pound to remove the noise of binary fractions."""
    if isinstance(cell, str):
        try:
            cell = numbers.bare(_printable(cell), CURRENCY)
        except numbers.OtherCurrency as error:
            raise ValueError(f"{error}, the currency of all prices") from None
    number = _number(cell, "price", decimal_sign)
    if abs(number) > PRICE_LIMIT:
        raise ValueError(f"{quoted(cell)} is more than the maximum price of {PRICE_LIMIT:,} pounds")
    return int((number * lines.MICROS).to_integral_value(decimal.ROUND_HALF_EVEN))


def _number(cell: Any, noun: str, decimal_sign: str) -> decimal.Decimal:
    _refuse_faults(cell)
    if is_empty(cell):
        raise ValueError(f"the cell is empty, but a {noun} is required")
    number = numbers.read(_printable(cell), decimal_sign) if isinstance(cell, str) else _typed(cell)
    if number is None or not number.is_finite():
        raise ValueError(f"{quoted(cell)} is not a {noun}")
    return number


def _typed(cell: Any) -> decimal.Decimal | None:
    """A typed number; None for other cells."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | decimal.Decimal):
        return None
    return decimal.Decimal(repr(cell)) if isinstance(cell, float) else decimal.Decimal(cell)


def is_empty(cell: Any) -> bool:
    """Whether a cell has no visible content."""
    return cell is None or (isinstance(cell, str) and not _printable(cell))


def quoted(cell: Any) -> str:
    """A cell in quotes, for messages."""
    text = repr(str(cell))
    return text if len(text) <= 60 else text[:57] + "...'"


def moment(cell: Any, *, day_first: bool) -> dt.datetime:
    """A time in the shop's time zone."""
    _refuse_faults(cell)
    result = dates.parse(cell, day_first=day_first)
    if result is None:
        raise ValueError(
            "the cell is empty, but a date is required" if is_empty(cell) else f"{quoted(cell)} is not a date"
        )
    if result.year not in YEARS:
        raise ValueError(f"{quoted(cell)} is not between {YEARS.start} and {YEARS.stop - 1}")
    if result.tzinfo is not None:
        result = result.astimezone(lines.ZONE)
    return result.replace(tzinfo=None, microsecond=0)
