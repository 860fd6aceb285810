"""Tables in files: CSV and XLSX read into rows of text, told apart by their content, and written."""

import csv
import datetime
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
# What a file that is damaged, encrypted or no workbook at all makes the readers of ZIP, XML and workbooks raise.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, KeyError, ValueError, OSError, EOFError, IndexError,
    TypeError, AttributeError, RuntimeError,
)  # fmt: skip
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unreadable(Exception):
    """The file cannot be read; the message says what is wrong and where, for people."""


def read(content: bytes) -> list[list[str]]:
    """The rows of a file, the first of them the column names; empty rows at the end are left out. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file has {len(content):,} bytes; {MOST_BYTES // 1024 // 1024} MiB are read at most.")
    rows = list(_limited(_xlsx_rows(content) if content[:2] == b"PK" else _csv_rows(content)))
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise Unreadable("The file has no rows: a first row with the names of the columns, and a row for each product.")
    return rows


def _limited(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS + 1:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows; cut it into smaller ones.")
        if len(row) > MOST_COLUMNS:
            raise Unreadable(f"Row {number} has {len(row)} columns; {MOST_COLUMNS} are read at most.")
        yield row


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(f"Row {line} is not UTF-8; save the file as “CSV UTF-8” or as XLSX.") from error
    if "\0" in text:
        raise Unreadable("The file is neither CSV nor XLSX.")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [_unescaped(cell.strip()) for cell in row]
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} is no CSV: {error}.") from error


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    import openpyxl  # a fifth of the service's start, for what staff do now and then

    try:
        _check_unpacked(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            yield cells
    except DAMAGED as error:
        raise Unreadable("The file is damaged, locked by a password, or no XLSX.") from error


def _check_unpacked(content: bytes) -> None:
    """Raises Unreadable for a workbook that is small only as long as nobody opens it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise Unreadable(f"The file holds more than {MOST_UNPACKED // 1024 // 1024} MiB; cut it into smaller ones.")


def _text(cell: Any) -> str:
    """A cell as it would be typed: numbers in the fifteen digits that spreadsheets show, whole ones without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    return str(cell).strip()


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows as lines of CSV, with a mark of UTF-8 for spreadsheets."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([_escaped(cell) for cell in row])
        yield line.getvalue()


def xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a workbook whose every cell is text."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Products")
    sheet.freeze_panes = "B2"
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # never a formula, whatever it begins with
    return cell


# A spreadsheet takes a cell that begins so for a formula; an apostrophe before it says that it is text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _escaped(cell: str) -> str:
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(_FORMULA) else cell
