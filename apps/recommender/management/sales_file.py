"""Reads baskets from a file of sales: CSV, XLSX or Parquet with the columns of the public Online Retail data sets."""

import datetime
import decimal
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.recommender.domain.basket_model import Basket
from thriftshop.tables import dates, errors, numbers, opening, table

# The possible names of each column, in lower case and without other characters than letters.
COLUMNS = {
    "document": ("invoice", "invoiceno", "invoicenumber"),
    "sku": ("stockcode", "sku"),
    "quantity": ("quantity",),
    "moment": ("invoicedate", "date"),
    "price": ("price", "unitprice"),
}
PRODUCT_SKU = re.compile(r"[0-9]{5}[A-Z]{0,2}")
NOT_SALES = ("C", "A")  # prefixes of the numbers of cancellations and adjustments
DATE_ORDERS = ("day-first", "month-first")
CURRENCY = "GBP"

# A row and its number in the file.
Row = tuple[int, Sequence[Any]]
Notify = Callable[[str], object]


def _ignore(notice: str) -> None:
    """Discard a notice."""


def baskets(path: Path, date_order: str = "", notify: Notify = _ignore) -> list[Basket]:
    """The date and the products of each document that sells goods. Raises CommandError with the row and column.

    `date_order` is one of DATE_ORDERS, or empty to determine it from the file; `notify` is called with each notice.
    """
    skus_by_document: dict[str, set[str]] = {}
    dates_by_document: dict[str, tuple[str, Any]] = {}
    try:
        with opening.tables(path) as sheets:
            for sheet in sheets:
                _collect(path, sheet, skus_by_document, dates_by_document, notify)
    except table.Unreadable as error:
        where = f", {error.where}" if error.where else ""
        raise CommandError(
            f"{path.name}{where}: it cannot be read as CSV, XLSX or Parquet: {error.problem}."
        ) from error
    bought_at = _milliseconds(dates_by_document, date_order, notify)
    return [Basket(bought_at[document], sorted(skus)) for document, skus in sorted(skus_by_document.items())]


def _collect(
    path: Path,
    sheet: table.Table,
    skus_by_document: dict[str, set[str]],
    dates_by_document: dict[str, tuple[str, Any]],
    notify: Notify,
) -> None:
    """Add the documents of one table."""
    rows = ((number, cells) for number, cells in sheet.rows if table.is_filled(cells))
    number, header = next(rows, (1, []))
    if sheet.name and not header:
        return
    _notify_about(sheet, notify)
    for row, cells in _rows(path, sheet.name, (number, header), rows):
        location = _location(path, sheet.name, row)
        document, sku = _text(location, "Invoice", cells[0]), _text(location, "StockCode", cells[1]).upper()
        if not document or document.startswith(NOT_SALES) or not PRODUCT_SKU.fullmatch(sku):
            continue
        if _number(location, "Quantity", cells[2]) > 0 and _number(location, "Price", cells[4]) > 0:
            skus_by_document.setdefault(document, set()).add(sku)
            dates_by_document.setdefault(document, (location, cells[3]))


def _notify_about(sheet: table.Table, notify: Notify) -> None:
    if sheet.hidden:
        notify(f"The sheet {sheet.name!r} is hidden; its rows are read as well.")
    if merged := table.merged_notice(sheet):
        notify(merged)


def _rows(path: Path, sheet: str, header: Row, rows: Iterator[Row]) -> Iterator[Row]:
    """The cells of COLUMNS in each row."""
    columns = _column_indices(path, *header)
    for number, cells in rows:
        if len(cells) <= max(columns):
            raise CommandError(f"{_location(path, sheet, number)}: it has {len(cells)} columns, fewer than the header.")
        yield number, [cells[column] for column in columns]


def _location(path: Path, sheet: str, row: int) -> str:
    return f"{path.name}, sheet {sheet!r}, row {row}" if sheet else f"{path.name}, row {row}"


def _column_indices(path: Path, number: int, header: Sequence[Any]) -> list[int]:
    """The index of each of COLUMNS in the header."""
    names = [_letters_of(name) for name in header]
    indices = []
    for allowed in COLUMNS.values():
        index = next((names.index(name) for name in allowed if name in names), None)
        if index is None:
            existing = ", ".join(str(name) for name in header)
            raise CommandError(
                f"{path.name}, row {number}: no column is called {' or '.join(allowed)}; the columns are: {existing}."
            )
        indices.append(index)
    return indices


def _letters_of(name: Any) -> str:
    return re.sub("[^a-z]", "", str(name).lower())


def _text(location: str, column: str, value: Any) -> str:
    if isinstance(value, table.Faulty) or errors.is_error(value):
        raise CommandError(f"{location}, column {column}: {value} is not a value; correct it or clear the cell.")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets may store 489434 as 489434.0
    return "" if value is None else str(value).strip()


def _number(location: str, column: str, value: Any) -> decimal.Decimal | float:
    """A number. Only its sign matters here, which does not depend on the decimal separator."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:  # noqa: PLR0124 - not NaN
        return value
    text = _text(location, column, value)
    try:
        bare = numbers.bare(text, CURRENCY)
    except numbers.OtherCurrency as problem:
        raise CommandError(f"{location}, column {column}: {problem}.") from None
    readings = (numbers.read(bare, sign) for sign in numbers.DECIMALS)
    number = next((reading for reading in readings if reading is not None), None)
    if number is None or isinstance(value, bool):
        raise CommandError(f"{location}, column {column}: {text!r} is not a number.")
    return number


def _milliseconds(dates_by_document: dict[str, tuple[str, Any]], date_order: str, notify: Notify) -> dict[str, int]:
    """The date of each document in milliseconds; all dates have the same order of day and month."""
    order = dates.order(list(dict.fromkeys(value for _, value in dates_by_document.values())), default=True)
    if date_order:
        order = dates.Order(date_order == DATE_ORDERS[0], decided=True)
    if not order.decided:
        assumed, other = DATE_ORDERS[:: 1 if order.day_first else -1]
        notify(
            f"The file does not show whether days or months come first; assuming {assumed} (otherwise use --dates {other})."
        )
    milliseconds = {}
    for document, (location, value) in dates_by_document.items():
        moment = dates.parse(value, day_first=order.day_first)
        if moment is None:
            text = _text(location, "InvoiceDate", value)
            raise CommandError(f"{location}, column InvoiceDate: {text!r} is not a date.")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        milliseconds[document] = round(moment.timestamp() * 1000)
    return milliseconds
