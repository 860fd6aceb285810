"""Reads baskets out of a file of sales: CSV, XLSX or Parquet with the columns of the public Online Retail sets."""

import datetime
import decimal
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.recommender.domain.knowledge import Basket
from thriftshop.tables import dates, errors, numbers, opening, table

# What each column may be called, once everything but letters is dropped.
COLUMNS = {
    "document": ("invoice", "invoiceno", "invoicenumber"),
    "sku": ("stockcode", "sku"),
    "quantity": ("quantity",),
    "moment": ("invoicedate", "date"),
    "price": ("price", "unitprice"),
}
GOODS = re.compile(r"[0-9]{5}[A-Z]{0,2}")
NO_SALE = ("C", "A")  # cancelled, adjusted
DATE_ORDERS = ("day-first", "month-first")
CURRENCY = "GBP"

# A row and its number in the file.
Row = tuple[int, Sequence[Any]]
Tell = Callable[[str], object]


def _ignore(notice: str) -> None:
    """Takes a notice that nobody reads."""


def baskets(path: Path, order: str = "", tell: Tell = _ignore) -> list[Basket]:
    """The products of each document that sells goods, with its date. Raises CommandError naming row and column.

    `order` is one of DATE_ORDERS where the person who sends the file says it; `tell` is called with each notice.
    """
    found: dict[str, set[str]] = {}
    moments: dict[str, tuple[str, Any]] = {}
    try:
        with opening.tables(path) as sheets:
            for sheet in sheets:
                _collect(path, sheet, found, moments, tell)
    except table.Unreadable as error:
        where = f", {error.where}" if error.where else ""
        raise CommandError(
            f"{path.name}{where}: it cannot be read as CSV, XLSX or Parquet: {error.problem}."
        ) from error
    dated = _milliseconds(moments, order, tell)
    return [Basket(dated[document], sorted(skus)) for document, skus in sorted(found.items())]


def _collect(
    path: Path, sheet: table.Table, found: dict[str, set[str]], moments: dict[str, tuple[str, Any]], tell: Tell
) -> None:
    """Adds the baskets of one table."""
    filled = ((number, cells) for number, cells in sheet.rows if table.is_filled(cells))
    number, header = next(filled, (1, []))
    if sheet.name and not header:
        return
    _tell_of(sheet, tell)
    for row, cells in _needed(path, sheet.name, (number, header), filled):
        place = _place(path, sheet.name, row)
        document, sku = _text(place, "Invoice", cells[0]), _text(place, "StockCode", cells[1]).upper()
        if not document or document.startswith(NO_SALE) or not GOODS.fullmatch(sku):
            continue
        if _number(place, "Quantity", cells[2]) > 0 and _number(place, "Price", cells[4]) > 0:
            found.setdefault(document, set()).add(sku)
            moments.setdefault(document, (place, cells[3]))


def _tell_of(sheet: table.Table, tell: Tell) -> None:
    if sheet.hidden:
        tell(f"The sheet {sheet.name!r} is hidden; its rows are read like all others.")
    if merged := table.merged_notice(sheet):
        tell(merged)


def _needed(path: Path, sheet: str, header: Row, rows: Iterator[Row]) -> Iterator[Row]:
    """Each row's cells of COLUMNS, in that order."""
    places = _places(path, *header)
    for number, cells in rows:
        if len(cells) <= max(places):
            raise CommandError(f"{_place(path, sheet, number)}: it has {len(cells)} columns, fewer than the header.")
        yield number, [cells[place] for place in places]


def _place(path: Path, sheet: str, row: int) -> str:
    return f"{path.name}, sheet {sheet!r}, row {row}" if sheet else f"{path.name}, row {row}"


def _places(path: Path, number: int, header: Sequence[Any]) -> list[int]:
    """Where each of COLUMNS stands in the header."""
    names = [_plain(name) for name in header]
    places = []
    for allowed in COLUMNS.values():
        place = next((names.index(name) for name in allowed if name in names), None)
        if place is None:
            shown = ", ".join(str(name) for name in header)
            raise CommandError(
                f"{path.name}, row {number}: no column is called {' or '.join(allowed)}; there are: {shown}."
            )
        places.append(place)
    return places


def _plain(name: Any) -> str:
    return re.sub("[^a-z]", "", str(name).lower())


def _text(place: str, column: str, value: Any) -> str:
    if isinstance(value, table.Faulty) or errors.is_error(value):
        raise CommandError(f"{place}, column {column}: {value} is no value; correct it, or empty the cell.")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet's 489434.0
    return "" if value is None else str(value).strip()


def _number(place: str, column: str, value: Any) -> decimal.Decimal | float:
    """A number, of which only the sign matters here: it is the same with a decimal point and a decimal comma."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:  # noqa: PLR0124 - not NaN
        return value
    text = _text(place, column, value)
    try:
        bare = numbers.bare(text, CURRENCY)
    except numbers.OtherCurrency as problem:
        raise CommandError(f"{place}, column {column}: {problem}.") from None
    read = (numbers.read(bare, sign) for sign in numbers.DECIMALS)
    number = next((one for one in read if one is not None), None)
    if number is None or isinstance(value, bool):
        raise CommandError(f"{place}, column {column}: {text!r} is not a number.")
    return number


def _milliseconds(moments: dict[str, tuple[str, Any]], given: str, tell: Tell) -> dict[str, int]:
    """Milliseconds for each document's date, all of them written in one order of day and month."""
    order = dates.order(list(dict.fromkeys(value for _, value in moments.values())), default=True)
    if given:
        order = dates.Order(given == DATE_ORDERS[0], decided=True)
    if not order.decided:
        kept, other = DATE_ORDERS[:: 1 if order.day_first else -1]
        tell(f"Nothing in the file says whether days or months come first; read {kept} (or use --dates {other}).")
    found = {}
    for document, (place, value) in moments.items():
        moment = dates.parse(value, day_first=order.day_first)
        if moment is None:
            shown = _text(place, "InvoiceDate", value)
            raise CommandError(f"{place}, column InvoiceDate: {shown!r} is not a date.")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        found[document] = round(moment.timestamp() * 1000)
    return found
