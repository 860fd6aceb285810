"""Excel workbooks (.xlsx): sheets read by one of two libraries, with the special cells found in the XML."""

from __future__ import annotations

import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from xml.parsers import expat

from thriftshop.tables import markup
from thriftshop.tables.table import Table, Unreadable

DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, SyntaxError, LookupError, ValueError, OSError,
    EOFError, TypeError, AttributeError, RuntimeError,
)  # fmt: skip
"""The errors that readers of ZIP, XML and workbooks raise for a damaged, encrypted or other file."""

Rows = Iterator[tuple[int, Sequence[Any]]]


def tables(file: BinaryIO) -> Iterator[Table]:
    """The sheets with cells, in order; for large files from a trusted user.

    Calamine reads a million rows in seconds. It allocates a sheet as a rectangle, so that one stray cell far out
    may abort the process: use `streamed` for uploads.
    """
    yield from _tables(file, _calamine)


def streamed(file: BinaryIO) -> Iterator[Table]:
    """The sheets in order, streamed row by row: slower, but with little memory for any file."""
    yield from _tables(file, _openpyxl)


def _tables(file: BinaryIO, sheets: Any) -> Iterator[Table]:
    if not zipfile.is_zipfile(file):
        raise Unreadable("it is a damaged Excel file: its end is missing")
    try:
        with zipfile.ZipFile(file) as archive:
            worksheets = {worksheet.name: worksheet for worksheet in markup.sheets(archive)}
            padded = markup.padded_styles(archive)
            file.seek(0)
            for name, rows in sheets(file):
                worksheet = worksheets[name]
                extras = markup.extras(archive, worksheet, padded)
                if rows is not None or extras.cells:
                    yield Table(name, _complete(rows or iter(()), extras.cells), worksheet.hidden, extras.merged)
    except DAMAGED as error:
        raise Unreadable(f"it is not a readable Excel file ({error})") from error


def _calamine(file: BinaryIO) -> Iterator[tuple[str, Rows | None]]:
    """Each sheet's name and rows; None for a sheet without a value."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        for meta in book.sheets_metadata:
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                yield meta.name, _from_first_column(sheet) if sheet.start else None
    except (python_calamine.CalamineError, python_calamine.PasswordError) as error:
        raise Unreadable(f"it is not a readable Excel file ({error})") from error


def _from_first_column(sheet: Any) -> Rows:
    """Calamine returns rows from the first, but leaves out empty columns on the left."""
    padding = [None] * sheet.start[1]
    return ((number, padding + row) for number, row in enumerate(sheet.iter_rows(), start=1))


def _openpyxl(file: BinaryIO) -> Iterator[tuple[str, Rows]]:
    import openpyxl  # takes a fifth of a service's startup, and is rarely needed

    for sheet in openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets:
        yield sheet.title, enumerate(sheet.iter_rows(values_only=True), start=1)


def _complete(rows: Rows, special: markup.Cells) -> Rows:
    """The rows with their special cells, which may be beyond the last value of a row or below the last row."""
    by_row: dict[int, dict[int, Any]] = {}
    for (row, column), cell in special.items():
        by_row.setdefault(row + 1, {})[column] = cell
    below = 1
    try:
        for number, cells in rows:
            below = number + 1
            yield number, _with(cells, by_row.pop(number)) if number in by_row else cells
    except DAMAGED as error:
        raise Unreadable(f"it is not a readable Excel file ({error})") from error
    for number in range(below, max(by_row, default=0) + 1):
        yield number, _with((), by_row.get(number, {}))


def _with(row: Sequence[Any], special: dict[int, Any]) -> list[Any]:
    width = max([len(row), *(column + 1 for column in special)])
    padded = itertools.islice(itertools.chain(row, itertools.repeat(None)), width)
    return [special.get(column, cell) for column, cell in enumerate(padded)]
