"""One cell into one value, exact, or a ValueError that says what the cell holds instead."""

from __future__ import annotations

import datetime as dt
import decimal
import itertools
import math
import re
from array import array
from collections.abc import Callable
from typing import Any, TypeVar

from apps.trade.domain import lines
from apps.trade.reading.refusal import BrokenFile

T = TypeVar("T")

QUANTITY_LIMIT = 10_000_000
PRICE_LIMIT = 10_000_000
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2}|\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
YEARS = range(1970, 2101)


def remembered(parse: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same function, which reads each different cell once. A number and a text are never one cell."""
    known: dict[Any, T] = {}

    def read(cell: Any) -> T:
        key = cell if type(cell) is str else (type(cell), cell)
        try:
            return known[key]
        except KeyError:
            value = known[key] = parse(cell)
            return value

    return read


def text(cell: Any) -> str:
    """A text that may be missing, without what cannot be printed. A whole number loses a spreadsheet's `.0`."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    plain = str(cell)
    if not plain.isprintable():
        plain = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(plain.split())


def needed(cell: Any) -> str:
    """A text that must be there."""
    value = text(cell)
    if not value:
        raise ValueError("the cell is empty")
    return value


def customer(cell: Any) -> str:
    """A customer's number as text, or nothing for a guest. `13085.0` is `13085`."""
    value = text(cell)
    if value.lower() in ("nan", "none", "null"):
        return ""
    return re.sub(r"\.0+$", "", value)


def quantity(cell: Any) -> int:
    """A whole number of units, of either sign."""
    number = _number(cell, "whole number")
    if number != number.to_integral_value():
        raise ValueError(f"{_shown(cell)} is not a whole number")
    if abs(number) > QUANTITY_LIMIT:
        raise ValueError(f"{_shown(cell)} is more than anybody can count ({QUANTITY_LIMIT:,})")
    return int(number)


def price(cell: Any) -> int:
    """Pounds each as micros, exact to the millionth: what is finer is the noise of binary fractions."""
    number = _number(cell, "price")
    if abs(number) > PRICE_LIMIT:
        raise ValueError(f"{_shown(cell)} is beyond any price here ({PRICE_LIMIT:,} pounds)")
    return int((number * lines.MICROS).to_integral_value(decimal.ROUND_HALF_EVEN))


def comma_price(cell: Any) -> int:
    """A price in a file that separates its cells by semicolons: `2,55` is two pounds fifty-five."""
    if isinstance(cell, str) and "," in cell and "." not in cell:
        cell = cell.replace(",", ".")
    return price(cell)


def _number(cell: Any, what: str) -> decimal.Decimal:
    if isinstance(cell, bool):
        raise ValueError(f"{_shown(cell)} is not a {what}")
    if isinstance(cell, float):
        cell = repr(cell)
    plain = text(cell).replace("£", "").replace(" ", "")
    if not plain:
        raise ValueError(f"the cell is empty where a {what} is needed")
    if THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        number = decimal.Decimal(plain)
    except decimal.InvalidOperation:
        raise ValueError(f"{_shown(cell)} is not a {what}") from None
    if not number.is_finite():
        raise ValueError(f"{_shown(cell)} is not a {what}")
    return number


def _shown(cell: Any) -> str:
    shown = repr(str(cell))
    return shown if len(shown) <= 60 else shown[:57] + "...'"


class Moments:
    """The column of dates. Whether `01/02/2010` is in January or in February is told from the whole file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.cells: list[Any] = []
        self.places: list[tuple[Callable[[Any, int], str], Any, int]] = []
        self.known: dict[Any, int] = {}
        self.index: array[int] = array("I")

    def add(self, cell: Any, where: Callable[[Any, int], str], sheet: Any, row: int) -> None:
        key = cell if type(cell) is str else (type(cell), cell)
        number = self.known.get(key)
        if number is None:
            number = self.known[key] = len(self.cells)
            self.cells.append(cell)
            self.places.append((where, sheet, row))
        self.index.append(number)

    def seconds(self) -> array[int]:
        """Local seconds since 1970 of every row. Raises BrokenFile at the first date that cannot be read."""
        day_first = self._is_day_first()
        known = array("q")
        for number, cell in enumerate(self.cells):
            try:
                known.append(round((moment(cell, day_first=day_first) - lines.EPOCH).total_seconds()))
            except ValueError as error:
                where, sheet, row = self.places[number]
                raise BrokenFile(self.file, str(error), where=where(sheet, row), column="InvoiceDate") from None
        return array("q", (known[number] for number in self.index))

    def _is_day_first(self) -> bool:
        """The reading that all dates allow; of two, what steps back less in time; else months first."""
        slashed = [m for m in (SLASHED.fullmatch(text(c)) for c in self.cells if isinstance(c, str)) if m]
        firsts, seconds = (max((int(m[group]) for m in slashed), default=0) for group in (1, 2))
        if firsts > 12 or seconds > 12:
            return firsts > 12
        return bool(slashed) and self._steps_back(day_first=True) < self._steps_back(day_first=False)

    def _steps_back(self, *, day_first: bool) -> int:
        found = []
        for cell in self.cells:
            try:
                found.append(moment(cell, day_first=day_first))
            except ValueError:
                continue
        return sum(after < before for before, after in itertools.pairwise(found))


def moment(cell: Any, *, day_first: bool) -> dt.datetime:
    """A cell as a moment of the shop's own clock. ISO 8601, with or without a zone, or day and month with slashes or dots."""
    found = _moment(cell, day_first)
    if found is None:
        raise ValueError(f"{_shown(cell)} is not a date" if text(cell) else "the cell is empty where a date is needed")
    if found.year not in YEARS:
        raise ValueError(f"{_shown(cell)} is not in this age")
    if found.tzinfo is not None:
        found = found.astimezone(lines.ZONE)
    return found.replace(tzinfo=None, microsecond=0)


def _moment(cell: Any, day_first: bool) -> dt.datetime | None:
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the shop's own clock
    plain = text(cell)
    slashed = SLASHED.fullmatch(plain)
    try:
        return _slashed(slashed, day_first) if slashed else dt.datetime.fromisoformat(plain)
    except ValueError:
        return None


def _slashed(found: re.Match[str], day_first: bool) -> dt.datetime:
    one, two, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (one, two) if day_first else (two, one)
    hour, minute, second = (int(found[group] or 0) for group in (4, 5, 6))
    return dt.datetime(year + 2000 * (year < 100), month, day, hour, minute, second)  # noqa: DTZ001 - as above
