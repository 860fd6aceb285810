"""Normalises the amounts in a table of products to plain decimals such as `1234.50`."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from apps.catalog.admin.sheets import Cell, Number, Unreadable
from thriftshop import money
from thriftshop.tables import numbers
from thriftshop.tables.table import Faulty

_COLUMN = re.compile(r"(?:price|sale) ([A-Z]{3})")
MAX_DIGITS = 15  # before the decimal point; longer numbers are left unchanged and are invalid amounts


def normalized(names: Sequence[str], rows: Sequence[Sequence[Cell]], chosen: str) -> Iterator[list[Cell]]:
    """The rows with plain decimals. `chosen` is the decimal sign; if empty, it is determined from the amounts of the file.

    Raises Unreadable if two amounts contradict each other. An ambiguous amount becomes a Faulty cell.
    """
    currencies = {column: match[1] for column, name in enumerate(names) if (match := _COLUMN.fullmatch(name))}
    decimal = chosen or _decimal_sign(rows, currencies)
    for row in rows:
        yield [
            _normalized_cell(cell, currencies[column], decimal) if column in currencies else cell
            for column, cell in enumerate(row)
        ]


def _decimal_sign(rows: Sequence[Sequence[Cell]], currencies: dict[int, str]) -> str | None:
    """The decimal sign of this file; None if its amounts do not show it."""
    evidence = numbers.Evidence()
    for number, row in enumerate(rows, start=2):
        for column, currency in currencies.items():
            cell = row[column] if column < len(row) else ""
            if isinstance(cell, str) and not isinstance(cell, Number):
                evidence.add(_bare(cell, currency), number)
    point, comma = evidence.point, evidence.comma
    if point and comma:
        raise Unreadable(
            f"Row {point.place} has the amount {point.text!r} and row {comma.place} has {comma.text!r}: write all"
            " amounts with a decimal point or all with a decimal comma, or choose the decimal sign below."
        )
    return evidence.decimal


def _bare(cell: str, currency: str) -> str:
    try:
        return numbers.bare(cell, currency)
    except numbers.OtherCurrency:
        return ""


def _normalized_cell(cell: Cell, currency: str, decimal: str | None) -> Cell:
    if isinstance(cell, Faulty | Number) or not cell:
        return cell
    try:
        bare = numbers.bare(cell, currency)
    except numbers.OtherCurrency as problem:
        return Faulty(str(problem))
    point, comma = (numbers.read(bare, sign) for sign in numbers.DECIMALS)
    if decimal is None and point != comma:
        return Faulty(f"{cell!r} may be {point:f} or {comma:f}; choose the decimal sign and upload the file again")
    number = comma if decimal == numbers.COMMA else point
    if number is None or number.adjusted() > MAX_DIGITS:
        return cell
    return _decimal_text(number, money.exponent(currency))


def _decimal_text(number: Decimal, digits: int) -> str:
    """A number as a plain decimal, without trailing zeros beyond the decimals of its currency."""
    whole, _, decimals = format(number, "f").partition(".")
    fraction = decimals if decimals[digits:].strip("0") else decimals[:digits]
    return f"{whole}.{fraction}" if fraction else whole
