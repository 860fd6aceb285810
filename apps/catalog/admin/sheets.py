"""Tables in files: CSV and XLSX read into rows of text, told apart by their content, and written."""

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from thriftshop.tables import csv_files, errors, table, workbooks

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | table.Faulty


class Unreadable(Exception):
    """The file cannot be read; the message says what is wrong and where, for people."""


class Number(str):
    """A number of a workbook, as it would be typed with a decimal point: its file has no way of writing numbers."""

    __slots__ = ()


class Contents(NamedTuple):
    """The rows of a file, the first of them the names of its columns, and what staff should know of it."""

    rows: list[list[Cell]]
    notices: list[str]


def read(content: bytes) -> Contents:
    """What a file holds; empty rows at the end and empty columns on the right are left out. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"The file has {len(content):,} bytes; {MAX_BYTES // 1024 // 1024} MiB are read at most.")
    contents = _workbook(content) if content[:2] == b"PK" else _csv(content)
    rows = contents.rows
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise Unreadable("The file has no rows: a first row with the names of the columns, and a row for each product.")
    for row in rows:
        _trim(row)
    return contents


def _csv(content: bytes) -> Contents:
    try:
        found = csv_files.table(io.BytesIO(content), western=False)
        return Contents(list(_rows(found, _csv_cell)), [])
    except table.NotText as error:
        raise Unreadable("The file is neither CSV nor XLSX.") from error
    except table.Unreadable as error:
        raise Unreadable(f"{error.where.capitalize()}: {error.problem}.") from error


def _workbook(content: bytes) -> Contents:
    """The first sheet of a workbook."""
    try:
        _check_unpacked(content)
        sheets = workbooks.streamed(io.BytesIO(content))
        first = next(sheets, None)
        rows = list(_rows(first, _typed)) if first else []
        others = [sheet for sheet in sheets if first]
    except (table.Unreadable, *workbooks.DAMAGED) as error:
        raise Unreadable("The file is damaged, locked by a password, or no XLSX.") from error
    return Contents(rows, list(_notices(first, others)) if first else [])


def _notices(first: table.Table, others: Sequence[table.Table]) -> Iterator[str]:
    if first.hidden:
        yield f"The sheet {first.name!r}, which is read, is hidden."
    if merged := table.merged_notice(first):
        yield merged
    for sheet in others:
        yield f"The sheet {sheet.name!r}{' (hidden)' if sheet.hidden else ''} is not read: only the first one is."


def _rows(found: table.Table, text: Callable[[Any], Cell]) -> Iterator[list[Cell]]:
    for number, (_, cells) in enumerate(found.rows, start=1):
        if number > MAX_ROWS + 1:
            raise Unreadable(f"The file has more than {MAX_ROWS:,} rows; cut it into smaller ones.")
        row = [_checked(text(cell), found.name, number, column) for column, cell in enumerate(cells)]
        if found.name:
            _trim(row)  # a sheet is as wide as its widest row
        if len(row) > MAX_COLUMNS:
            raise Unreadable(f"Row {number} has {len(row)} columns; {MAX_COLUMNS} are read at most.")
        yield row


def _trim(row: list[Cell]) -> None:
    while row and not row[-1]:
        row.pop()


def _checked(cell: Cell, sheet: str, row: int, column: int) -> Cell:
    """The cell itself, marked where it is no value; the mark names the sheet."""
    if errors.is_error(cell):
        place = f"cell {table.letter(column)}{row}"
        cell = table.Faulty(f"{place} holds the error {str(cell).strip()}; correct it, or empty the cell")
    if isinstance(cell, table.Faulty) and sheet:
        return table.Faulty(f"sheet {sheet!r}, {cell.problem}")
    return cell


def _check_unpacked(content: bytes) -> None:
    """Raises Unreadable for a workbook that is small only as long as nobody opens it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise Unreadable(
                f"The file holds more than {MAX_UNPACKED_BYTES // 1024 // 1024} MiB; cut it into smaller ones."
            )


def _csv_cell(cell: str) -> str:
    return _unescaped(cell.strip())


def _typed(cell: Any) -> Cell:
    """A cell as it would be typed: numbers in the fifteen digits that spreadsheets show, whole ones without a point."""
    if cell is None or isinstance(cell, table.Faulty):
        return cell or ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return Number(int(cell))
    if isinstance(cell, float):
        return Number(format(cell, ".15g"))
    if isinstance(cell, int):
        return Number(cell)
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
