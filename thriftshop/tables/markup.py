"""A workbook's XML, for what readers of values do not report: errors, missing results, leading zeros."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from thriftshop.tables.table import Faulty, Unreadable, letter

WORKBOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
EXACT_DIGITS = 15
_PADDED = re.compile(r"0{2,}")
_PADDED_FORMAT = re.compile(rb"""formatCode\s*=\s*["']0{2,}[;"']""")
_SUSPECT = re.compile(rb"""\st\s*=\s*["']e["']|<(?:\w+:)?f[\s/>]|<(?:\w+:)?v>\d{16}""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s+ref\s*=\s*["']([A-Z0-9:]{1,40})["']""")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BLOCK = 1 << 20

Cells = dict[tuple[int, int], Any]
"""Cell values by row and column (from 0) that replace those of a reader of values."""

Start = Callable[[str, Mapping[str, str]], None]


class Worksheet(NamedTuple):
    """A sheet: its name, the path of its XML, and whether it is hidden."""

    name: str
    path: str
    hidden: bool


class Extras(NamedTuple):
    """A sheet's special cells and merged ranges."""

    cells: Cells
    merged: tuple[str, ...]


def sheets(archive: zipfile.ZipFile) -> list[Worksheet]:
    """The sheets of a workbook in order. Raises Unreadable for other archives."""
    if WORKBOOK not in archive.namelist():
        raise Unreadable("it is not an Excel workbook; save it as .xlsx")
    entries: list[Mapping[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            entries.append(attributes)

    def relationship(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            path = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = path[1:]

    _parse(archive, WORKBOOK, sheet)
    _parse(archive, RELATIONSHIPS, relationship)
    return [_worksheet(attributes, targets) for attributes in entries]


def _worksheet(attributes: Mapping[str, str], targets: Mapping[str, str]) -> Worksheet:
    identity = next((value for name, value in attributes.items() if name.endswith(" id")), "")
    return Worksheet(
        attributes.get("name", ""), targets.get(identity, ""), attributes.get("state", "visible") != "visible"
    )


def extras(archive: zipfile.ZipFile, worksheet: Worksheet, padded: Mapping[int, int]) -> Extras:
    """The merged ranges of a sheet, and the cells that readers of values misread.

    They read errors and formulas without a stored result as empty, 00123 as 123, and keep about fifteen digits of a
    number.
    """
    suspect, merged = False, dict[str, None]()
    for block in _blocks(archive, worksheet.path):
        suspect = suspect or _SUSPECT.search(block) is not None
        merged.update(dict.fromkeys(reference.decode() for reference in _MERGED.findall(block)))
    if not (suspect or padded):
        return Extras({}, tuple(merged))
    scan = _Scan(padded)
    _parse(archive, worksheet.path, scan.start, scan.end, scan.text)
    return Extras(scan.cells, tuple(merged))


def padded_styles(archive: zipfile.ZipFile) -> dict[int, int]:
    """The cell styles that display whole numbers with leading zeros, with their minimum number of digits."""
    if STYLES not in archive.namelist() or not any(map(_PADDED_FORMAT.search, _blocks(archive, STYLES))):
        return {}
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = [False]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "").split(";")[0]
        elif name in ("cellXfs", "cellStyleXfs"):
            inside[0] = name == "cellXfs"
        elif name == "xf" and inside[0]:
            styles.append(attributes.get("numFmtId", ""))

    _parse(archive, STYLES, start)
    codes = (formats.get(style, "") for style in styles)
    return {number: len(code) for number, code in enumerate(codes) if _PADDED.fullmatch(code)}


class _Scan:
    """A parser of one sheet, cell by cell."""

    def __init__(self, padded: Mapping[int, int]) -> None:
        self.padded = padded
        self.cells: Cells = {}
        self.row = self.column = -1
        self.kind, self.style = "n", 0
        self.formula: list[str] | None = None
        self.value: list[str] = []
        self.into: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s") or 0)
            self.formula, self.value = None, []
            self._move(attributes.get("r", ""))
        elif name == "v":
            self.into = self.value
        elif name == "f":
            self.formula = self.into = []
        elif name == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 2) - 1, -1

    def _move(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            self.column += 1
            return
        self.column = _number(match[1])
        self.row = int(match[2]) - 1

    def text(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "f"):
            self.into = None
        elif name == "c":
            special = self._special("".join(self.value))
            if special is not None:
                self.cells[self.row, self.column] = special

    def _special(self, value: str) -> Any:
        cell = f"cell {letter(self.column)}{self.row + 1}"
        if self.kind == "e":
            return Faulty(f"{cell} holds the error {value or '#VALUE!'}; correct it or clear the cell")
        # A formula whose result is an empty text has this type.
        if self.formula is not None and not value and self.kind != "str":
            formula = "".join(self.formula)[:40]
            return Faulty(
                f"{cell} holds the formula ={formula} without its result;"
                " open the file in a spreadsheet program and save it, or replace formulas by their values"
            )
        if self.kind != "n" or not value.isdigit():
            return None
        if self.style in self.padded:
            return value.zfill(self.padded[self.style])
        return value if len(value) > EXACT_DIGITS else None


def _blocks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part in blocks that overlap by 1 KB, so that shorter matches are not split. Much faster than parsing XML."""
    before = b""
    with archive.open(path) as file:
        while block := file.read(_BLOCK):
            yield before + block
            before = block[-1024:]


def _parse(
    archive: zipfile.ZipFile,
    path: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part's XML, ignoring namespaces."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    with archive.open(path) as file:
        parser.ParseFile(file)


def _number(letters: str) -> int:
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1
