"""Opens a file by the format of its content, not its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from thriftshop.tables import csv_files, parquet_files, workbooks
from thriftshop.tables.table import NotText, Table, Unreadable

OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@contextmanager
def tables(path: Path) -> Iterator[Iterator[Table]]:
    """The tables of a CSV, XLSX or Parquet file, in order. Raises Unreadable, also while rows are read."""
    if not path.exists():
        raise Unreadable(f"the file does not exist ({path})")
    if not path.is_file():
        raise Unreadable("it is a folder, not a file")
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(f"it cannot be opened ({error.strerror})") from error
    with file:
        yield _tables(path, file)


def _tables(path: Path, file: BinaryIO) -> Iterator[Table]:
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"PAR1"):
        yield parquet_files.table(file)
    elif start.startswith(b"PK"):
        yield from workbooks.tables(file)
    else:
        _refuse_others(path, start)
        yield _csv(file)


def _csv(file: BinaryIO) -> Table:
    try:
        return csv_files.table(file, directive=False)
    except NotText as error:
        raise Unreadable("it is neither CSV nor XLSX nor Parquet") from error


def _refuse_others(path: Path, start: bytes) -> None:
    if not start:
        raise Unreadable("it is empty")
    if start.startswith(OLD_EXCEL):
        raise Unreadable("it is an old or encrypted Excel file; save it as an unprotected .xlsx")
    if expected := {".parquet": "a Parquet", ".xlsx": "an XLSX"}.get(path.suffix.lower()):
        raise Unreadable(f"it is not {expected} file, despite its name")
