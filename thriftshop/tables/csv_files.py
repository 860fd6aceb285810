"""CSV files: encoding, separator and rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from thriftshop.tables.table import NotText, Table, Unreadable

SEPARATORS = ",;\t|"
FIELD_LIMIT = 100_000
_BLOCK = 1 << 20
_DIRECTIVE = "sep="
_LINE = re.compile("\r\n|\r|\n")


def table(file: BinaryIO, *, western: bool = True, directive: bool = True) -> Table:
    """The table of a CSV file in UTF-8 or, with `western`, in Windows-1252.

    With `directive`, a first line such as `sep=;` sets the separator, as in Excel.
    """
    encoding = _encoding(file, western=western)
    first = _first_line(file, encoding)
    named = directive and first[: len(_DIRECTIVE)].lower() == _DIRECTIVE
    separator = first.strip('"')[len(_DIRECTIVE) :] if named else max(SEPARATORS, key=first.count)
    if separator not in SEPARATORS or len(separator) != 1:
        raise Unreadable(f"{first!r} is not a valid separator line; use , ; | or a tab", "row 1")
    return Table("", _rows(file, encoding, separator, skipped=int(named)))


def _first_line(file: BinaryIO, encoding: str) -> str:
    start = file.read(FIELD_LIMIT).decode(encoding, errors="replace")
    file.seek(0)
    return _LINE.split(start, maxsplit=1)[0]


def _rows(file: BinaryIO, encoding: str, separator: str, skipped: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Every row, with the number of its first line; a cell may contain line breaks."""
    csv.field_size_limit(FIELD_LIMIT)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    reader: Any = csv.reader(text, delimiter=separator, strict=True)
    try:
        for _ in range(skipped):
            next(reader)
        start = reader.line_num + 1
        for row in reader:
            yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"this row cannot be read, it is not valid CSV ({error})", f"row {start}") from error
    finally:
        if not file.closed:
            text.detach()  # the caller closes the file


def _encoding(file: BinaryIO, *, western: bool) -> str:
    """UTF-8 if the whole file is valid, else Windows-1252; binary files are refused."""
    tail, utf8, lines = b"", True, 0
    while block := file.read(_BLOCK):
        if utf8:
            utf8, tail = _decodes(tail + block)
            if not (utf8 or western):
                row = lines + block[: max(0, len(block) - len(tail))].count(b"\n") + 1
                raise Unreadable("the text is not UTF-8; save the file as “CSV UTF-8” or as XLSX", f"row {row}")
        lines += block.count(b"\n")
        if b"\0" in block:
            raise NotText("it is not a text file")
    if tail and not western:
        raise Unreadable("the text is not UTF-8; save the file as “CSV UTF-8” or as XLSX", f"row {lines + 1}")
    file.seek(0)
    return "utf-8-sig" if utf8 and not tail else "cp1252"


def _decodes(data: bytes) -> tuple[bool, bytes]:
    """Whether bytes are valid UTF-8 so far, and the bytes after the last complete character."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        unfinished = error.reason == "unexpected end of data" and len(data) - error.start < 4
        return unfinished, data[error.start :]
    return True, b""
