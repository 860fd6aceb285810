"""Reading and writing tables of text as CSV and XLSX files."""

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
    """The file cannot be read; the message for staff names the problem and its position."""


class Number(str):
    """A numeric cell of a workbook, as text with a decimal point. It is never ambiguous, unlike numbers in texts."""

    __slots__ = ()


class Contents(NamedTuple):
    """The rows of a file, starting with the column names, and notices about it for staff."""

    rows: list[list[Cell]]
    notices: list[str]


def read(content: bytes) -> Contents:
    """Read a CSV or XLSX file, told apart by their content, without trailing empty rows and cells. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"The file has {len(content):,} bytes; the maximum is {MAX_BYTES // 1024 // 1024} MiB.")
    contents = _workbook(content) if content[:2] == b"PK" else _csv(content)
    rows = contents.rows
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise Unreadable("The file has no rows. It needs a first row with the column names and a row for each product.")
    for row in rows:
        _trim(row)
    return contents


def _csv(content: bytes) -> Contents:
    try:
        parsed = csv_files.table(io.BytesIO(content), western=False)
        return Contents(list(_rows(parsed, _csv_cell)), [])
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
        rows = list(_rows(first, _workbook_cell)) if first else []
        others = [sheet for sheet in sheets if first]
    except (table.Unreadable, *workbooks.DAMAGED) as error:
        raise Unreadable("The file is damaged, password-protected, or not an XLSX file.") from error
    return Contents(rows, list(_notices(first, others)) if first else [])


def _notices(first: table.Table, others: Sequence[table.Table]) -> Iterator[str]:
    if first.hidden:
        yield f"The sheet {first.name!r}, which is imported, is hidden."
    if merged := table.merged_notice(first):
        yield merged
    for sheet in others:
        yield f"The sheet {sheet.name!r}{' (hidden)' if sheet.hidden else ''} is ignored; only the first sheet is imported."


def _rows(source: table.Table, to_text: Callable[[Any], Cell]) -> Iterator[list[Cell]]:
    for number, (_, cells) in enumerate(source.rows, start=1):
        if number > MAX_ROWS + 1:
            raise Unreadable(f"The file has more than {MAX_ROWS:,} rows; split it into smaller files.")
        row = [_checked(to_text(cell), source.name, number, column) for column, cell in enumerate(cells)]
        if source.name:
            _trim(row)  # a sheet is as wide as its widest row
        if len(row) > MAX_COLUMNS:
            raise Unreadable(f"Row {number} has {len(row)} columns; the maximum is {MAX_COLUMNS}.")
        yield row


def _trim(row: list[Cell]) -> None:
    while row and not row[-1]:
        row.pop()


def _checked(cell: Cell, sheet: str, row: int, column: int) -> Cell:
    """The cell itself, or a Faulty cell if it is a spreadsheet error."""
    if errors.is_error(cell):
        place = f"cell {table.letter(column)}{row}"
        cell = table.Faulty(f"{place} holds the error {str(cell).strip()}; correct it or clear the cell")
    if isinstance(cell, table.Faulty) and sheet:
        return table.Faulty(f"sheet {sheet!r}, {cell.problem}")
    return cell


def _check_unpacked(content: bytes) -> None:
    """Raise Unreadable for a workbook that is too large when it is decompressed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise Unreadable(
                f"The decompressed file has more than {MAX_UNPACKED_BYTES // 1024 // 1024} MiB; split it into smaller files."
            )


def _csv_cell(cell: str) -> str:
    return _unescaped(cell.strip())


def _workbook_cell(cell: Any) -> Cell:
    """A cell as text: numbers with the 15 digits that spreadsheets display, integers without a decimal point."""
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
    """The rows as lines of CSV, after a byte order mark by which spreadsheets recognise UTF-8."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([_escaped(cell) for cell in row])
        yield line.getvalue()


def xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a workbook in which every cell is text."""
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
    cell.data_type = "s"  # not a formula, even if it starts with an equals sign
    return cell


# A spreadsheet evaluates CSV cells that start like this; an apostrophe before them makes them text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _escaped(cell: str) -> str:
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(_FORMULA) else cell
