"""Rows out of a file, whatever its format: told by what the file holds, not by what it is called."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from apps.trade.reading.refusal import BrokenFile

FIELD_LIMIT = 100_000


class Sheet(NamedTuple):
    """One table: its name (empty where a file has one only), its header, where that stands, numbered rows."""

    name: str
    header: Sequence[Any]
    header_row: int
    rows: Iterator[tuple[int, Sequence[Any]]]
    comma: bool = False


def open_source(path: Path) -> Iterator[Sheet]:
    """The tables of a file in order. Raises BrokenFile when there is none or its format is unknown."""
    if not path.exists():
        raise BrokenFile(path.name, f"there is no such file ({path})")
    if not path.is_file():
        raise BrokenFile(path.name, "it is a folder, not a file")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise BrokenFile(path.name, f"it cannot be opened ({error.strerror})") from error
    if not start:
        raise BrokenFile(path.name, "it is empty")
    if start.startswith(b"PAR1"):
        return _parquet(path)
    if start.startswith(b"PK"):
        return _xlsx(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise BrokenFile(path.name, "it is an old or encrypted Excel file; save it as an unprotected .xlsx")
    if path.suffix.lower() in (".parquet", ".xlsx"):
        raise BrokenFile(path.name, f"it is not a {path.suffix.lower()[1:]} file, whatever its name says")
    return _csv(path)


def _csv(path: Path) -> Iterator[Sheet]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",;\t|", key=first.count)
        csv.field_size_limit(FIELD_LIMIT)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header = _first(path.name, reader)
        yield Sheet("", header, reader.line_num, _csv_rows(path.name, reader), comma=delimiter == ";")


def _first(name: str, reader: Any) -> Sequence[str]:
    try:
        return next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error as error:
        raise BrokenFile(name, str(error), where=f"row {reader.line_num}") from error


def _csv_rows(name: str, reader: Any) -> Iterator[tuple[int, Sequence[str]]]:
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise BrokenFile(name, f"this row cannot be read ({error})", where=f"row {start}") from error
        if row is None:
            return
        if any(row):
            yield start, row


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is that, else Windows' Western European; binary files are refused."""
    utf8 = True
    with path.open("rb") as file:
        tail = b""
        while block := file.read(1 << 20):
            if b"\0" in block:
                raise BrokenFile(path.name, "it is neither CSV, XLSX nor Parquet")
            if utf8:
                utf8, tail = _decodes(tail + block)
    return "utf-8-sig" if utf8 and not tail else "cp1252"


def _decodes(data: bytes) -> tuple[bool, bytes]:
    """Whether bytes are UTF-8 so far, and the unfinished character at their end."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        unfinished = error.reason == "unexpected end of data" and len(data) - error.start < 4
        return unfinished, data[error.start :]
    return True, b""


def _xlsx(path: Path) -> Iterator[Sheet]:
    import python_calamine

    if not zipfile.is_zipfile(path):
        raise BrokenFile(path.name, "it is a damaged Excel file: its end is missing")
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
    except Exception as error:
        raise BrokenFile(path.name, f"it is not a readable Excel file ({error})") from error
    for name in names:
        sheet = _xlsx_sheet(path.name, book, name)
        if sheet is not None:
            yield sheet


def _xlsx_sheet(file: str, book: Any, name: str) -> Sheet | None:
    """A sheet, or None for one without a single cell."""
    try:
        sheet = book.get_sheet_by_name(name)
    except Exception as error:
        raise BrokenFile(file, f"its sheet {name!r} cannot be read ({error})") from error
    start = (sheet.start or (0, 0))[0] + 1
    rows = ((number, row) for number, row in enumerate(sheet.iter_rows(), start=start) if _filled(row))
    header = next(rows, None)
    return Sheet(name, header[1], header[0], rows) if header else None


def _filled(row: Sequence[Any]) -> bool:
    return any(cell not in ("", None) for cell in row)


def _parquet(path: Path) -> Iterator[Sheet]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        # The image leaves out what reads Parquet: it would be a third of it, and no service wants it.
        raise BrokenFile(path.name, "Parquet cannot be read here; save it as .csv or .xlsx") from error

    try:
        file = parquet.ParquetFile(io.BytesIO(path.read_bytes()))
        header = file.schema_arrow.names
    except (pyarrow.ArrowException, OSError) as error:
        raise BrokenFile(path.name, f"it is a damaged Parquet file ({_short(error)})") from error
    yield Sheet("", header, 0, _parquet_rows(path.name, file))


def _parquet_rows(name: str, file: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    import pyarrow

    number = 0
    try:
        for batch in file.iter_batches(batch_size=20_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, row
    except (pyarrow.ArrowException, OSError) as error:
        raise BrokenFile(name, f"it is damaged ({_short(error)})", where=f"after row {number}") from error


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200].rstrip(".")
