"""Reads baskets out of a file of sales: CSV, XLSX or Parquet with the columns of the public Online Retail sets."""

import csv
import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import CommandError

from apps.recommender.domain.knowledge import Basket

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
DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%d")

# A row, and its number as whoever opens the file sees it.
Row = tuple[int, Sequence[Any]]
T = TypeVar("T")


def baskets(path: Path) -> list[Basket]:
    """The products of each document that sells goods, with its date. Raises CommandError naming row and column."""
    found: dict[str, set[str]] = {}
    dates: dict[str, tuple[int, Any]] = {}
    for table in _readable(path, _tables(path)):
        filled = (row for row in _readable(path, table) if any(cell not in ("", None) for cell in row[1]))
        places = _places(path, *next(filled, (1, [])))
        for number, row in filled:
            if len(row) <= max(places):
                raise CommandError(f"{path.name}, row {number}: it has {len(row)} columns, fewer than the header.")
            document, sku, quantity, moment, price = (row[place] for place in places)
            document, sku = _text(document), _text(sku).upper()
            if not document or document.startswith(NO_SALE) or not GOODS.fullmatch(sku):
                continue
            if _number(path, number, "Quantity", quantity) > 0 and _number(path, number, "Price", price) > 0:
                found.setdefault(document, set()).add(sku)
                dates.setdefault(document, (number, moment))
    moments = _moments(path, dates)
    return [Basket(moments[document], sorted(skus)) for document, skus in sorted(found.items())]


def _tables(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of each table in a file, its header first. Sheets without a single cell are none."""
    if not path.is_file():
        raise CommandError(f"{path}: there is no such file.")
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        yield _parquet(path)
    elif start.startswith(b"PK"):
        yield from _xlsx(path)
    else:
        yield _csv(path)


def _readable(path: Path, parts: Iterator[T]) -> Iterator[T]:
    """The parts of a file. Raises CommandError where one cannot be read."""
    try:
        yield from parts
    except CommandError:
        raise
    except Exception as error:
        raise CommandError(f"{path.name}: it cannot be read as CSV, XLSX or Parquet ({error}).") from error


def _parquet(path: Path) -> Iterator[Row]:
    from pyarrow import parquet

    table = parquet.read_table(path)
    wanted = {name for names in COLUMNS.values() for name in names}
    kept = [name for name in table.column_names if _plain(name) in wanted]
    yield 0, kept
    yield from enumerate(zip(*(table[name].to_pylist() for name in kept), strict=True), start=1)


def _xlsx(path: Path) -> Iterator[Iterator[Row]]:
    import python_calamine

    workbook = python_calamine.load_workbook(path)
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is not None:
            yield enumerate(sheet.to_python(skip_empty_area=True), start=sheet.start[0] + 1)


def _csv(path: Path) -> Iterator[Row]:
    try:
        path.read_text(encoding="utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = next((line for line in file if line.strip()), "")
        file.seek(0)
        reader = csv.reader(file, delimiter=max(",;\t", key=first.count))
        start = 1
        for row in reader:
            yield start, row
            start = reader.line_num + 1  # a row within quotes may take several lines


def _places(path: Path, number: int, header: Sequence[Any]) -> list[int]:
    """Where each of COLUMNS stands in the header."""
    names = [_plain(name) for name in header]
    places = []
    for allowed in COLUMNS.values():
        place = next((names.index(name) for name in allowed if name in names), None)
        if place is None:
            raise CommandError(
                f"{path.name}, row {number}: no column is called {' or '.join(allowed)}; there are: {header}."
            )
        places.append(place)
    return places


def _plain(name: Any) -> str:
    return re.sub("[^a-z]", "", str(name).lower())


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet's 489434.0
    return "" if value is None else str(value).strip()


def _number(path: Path, row: int, column: str, value: Any) -> float:
    try:
        return float(str(value).replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError):
        raise CommandError(f"{path.name}, row {row}, column {column}: {value!r} is not a number.") from None


def _moments(path: Path, dates: dict[str, tuple[int, Any]]) -> dict[str, int]:
    """Milliseconds for each document's date: of several ways to write dates, the first that fits the whole file."""
    texts = [str(value) for _, value in dates.values() if not isinstance(value, datetime.datetime)]
    fitting = next((one for one in DATE_FORMATS if all(_parsed(text, one) for text in texts)), DATE_FORMATS[0])
    moments = {}
    for document, (row, value) in dates.items():
        moment = value if isinstance(value, datetime.datetime) else _parsed(str(value), fitting)
        if moment is None:
            raise CommandError(f"{path.name}, row {row}, column InvoiceDate: {value!r} is not a date.")
        moments[document] = round(moment.replace(tzinfo=datetime.UTC).timestamp() * 1000)
    return moments


def _parsed(text: str, date_format: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(text.strip(), date_format).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
