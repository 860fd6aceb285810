"""The amounts in a table of products: however the file writes them, they become plain decimals such as `1234.50`."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from apps.catalog.admin.sheets import Cell, Number, Unreadable
from thriftshop import money
from thriftshop.tables import numbers
from thriftshop.tables.table import Faulty

_COLUMN = re.compile(r"(?:price|sale) ([A-Z]{3})")
MAX_LENGTH = 15
"""Digits before the point; what is larger is left as it is written, and is no amount."""


def plain(names: Sequence[str], rows: Sequence[Sequence[Cell]], given: str) -> Iterator[list[Cell]]:
    """The rows with plain decimals. `given` says what is decimal where the file does not decide it.

    Raises Unreadable where two amounts contradict each other. An amount that could be read in two ways is marked.
    """
    currencies = {place: match[1] for place, name in enumerate(names) if (match := _COLUMN.fullmatch(name))}
    decimal = given or _decided(rows, currencies)
    for row in rows:
        yield [
            _plain(cell, currencies[place], decimal) if place in currencies else cell for place, cell in enumerate(row)
        ]


def _decided(rows: Sequence[Sequence[Cell]], currencies: dict[int, str]) -> str | None:
    """What is decimal in this file; None where no amount tells."""
    evidence = numbers.Evidence()
    for number, row in enumerate(rows, start=2):
        for place, currency in currencies.items():
            cell = row[place] if place < len(row) else ""
            if isinstance(cell, str) and not isinstance(cell, Number):
                evidence.add(_bare(cell, currency), number)
    point, comma = evidence.point, evidence.comma
    if point and comma:
        raise Unreadable(
            f"Row {point.place} has the amount {point.text!r} and row {comma.place} has {comma.text!r}: write all of"
            " them with a decimal point or all with a decimal comma, or choose below which one is right."
        )
    return evidence.decimal


def _bare(cell: str, currency: str) -> str:
    try:
        return numbers.bare(cell, currency)
    except numbers.OtherCurrency:
        return ""


def _plain(cell: Cell, currency: str, decimal: str | None) -> Cell:
    if isinstance(cell, Faulty | Number) or not cell:
        return cell
    try:
        bare = numbers.bare(cell, currency)
    except numbers.OtherCurrency as problem:
        return Faulty(str(problem))
    point, comma = (numbers.read(bare, one) for one in numbers.DECIMALS)
    if decimal is None and point != comma:
        return Faulty(f"{cell!r} may be {point:f} or {comma:f}; choose in the form what is decimal, and send it again")
    number = comma if decimal == numbers.COMMA else point
    if number is None or number.adjusted() > MAX_LENGTH:
        return cell
    return _written(number, money.exponent(currency))


def _written(number: Decimal, digits: int) -> str:
    """A number as a plain decimal, without zeros beyond the decimals that its currency has."""
    whole, _, decimals = format(number, "f").partition(".")
    kept = decimals if decimals[digits:].strip("0") else decimals[:digits]
    return f"{whole}.{kept}" if kept else whole
