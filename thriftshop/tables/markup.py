"""What a workbook's XML says of its cells beyond their values: errors, missing results, leading zeros."""

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
"""Row and column, both from 0, to the value that stands for what a reader of values makes of the cell."""

Start = Callable[[str, Mapping[str, str]], None]


class Part(NamedTuple):
    """A sheet: its name, the path of its XML, and whether it is hidden."""

    name: str
    path: str
    hidden: bool


class Extras(NamedTuple):
    """What a sheet holds beside plain values."""

    cells: Cells
    merged: tuple[str, ...]


def sheets(archive: zipfile.ZipFile) -> list[Part]:
    """The sheets of a workbook in order. Raises Unreadable for an archive that is no workbook."""
    if WORKBOOK not in archive.namelist():
        raise Unreadable("it is not an Excel workbook; save it as .xlsx")
    found: list[Mapping[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, given: Mapping[str, str]) -> None:
        if name == "sheet":
            found.append(given)

    def relationship(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship":
            targets[given.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", given.get("Target", "")))[1:]

    _walk(archive, WORKBOOK, sheet)
    _walk(archive, RELATIONSHIPS, relationship)
    return [_part(given, targets) for given in found]


def _part(given: Mapping[str, str], targets: Mapping[str, str]) -> Part:
    identity = next((value for name, value in given.items() if name.endswith(" id")), "")
    return Part(given.get("name", ""), targets.get(identity, ""), given.get("state", "visible") != "visible")


def extras(archive: zipfile.ZipFile, part: Part, padded: Mapping[int, int]) -> Extras:
    """The merged ranges of a sheet, and the cells that a reader of values would get wrong.

    A reader of values takes errors and formulas without a stored result for empty cells, 00123 for 123, and keeps
    some fifteen digits of a number.
    """
    suspect, merged = False, dict[str, None]()
    for block in _blocks(archive, part.path):
        suspect = suspect or _SUSPECT.search(block) is not None
        merged.update(dict.fromkeys(found.decode() for found in _MERGED.findall(block)))
    if not (suspect or padded):
        return Extras({}, tuple(merged))
    scan = _Scan(padded)
    _walk(archive, part.path, scan.start, scan.end, scan.text)
    return Extras(scan.found, tuple(merged))


def padded_styles(archive: zipfile.ZipFile) -> dict[int, int]:
    """The cell styles that show whole numbers with leading zeros, with how many digits they show at least."""
    if STYLES not in archive.namelist() or not any(map(_PADDED_FORMAT.search, _blocks(archive, STYLES))):
        return {}
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = [False]

    def start(name: str, given: Mapping[str, str]) -> None:
        if name == "numFmt":
            formats[given.get("numFmtId", "")] = given.get("formatCode", "").split(";")[0]
        elif name in ("cellXfs", "cellStyleXfs"):
            inside[0] = name == "cellXfs"
        elif name == "xf" and inside[0]:
            styles.append(given.get("numFmtId", ""))

    _walk(archive, STYLES, start)
    codes = (formats.get(style, "") for style in styles)
    return {number: len(code) for number, code in enumerate(codes) if _PADDED.fullmatch(code)}


class _Scan:
    """The walk through one sheet, cell by cell."""

    def __init__(self, padded: Mapping[int, int]) -> None:
        self.padded = padded
        self.found: Cells = {}
        self.row = self.column = -1
        self.kind, self.style = "n", 0
        self.formula: list[str] | None = None
        self.value: list[str] = []
        self.into: list[str] | None = None

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "c":
            self.kind, self.style = given.get("t", "n"), int(given.get("s") or 0)
            self.formula, self.value = None, []
            self._move(given.get("r", ""))
        elif name == "v":
            self.into = self.value
        elif name == "f":
            self.formula = self.into = []
        elif name == "row":
            self.row, self.column = int(given.get("r") or self.row + 2) - 1, -1

    def _move(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            self.column += 1
            return
        self.column = _number(found[1])
        self.row = int(found[2]) - 1

    def text(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "f"):
            self.into = None
        elif name == "c":
            special = self._special("".join(self.value))
            if special is not None:
                self.found[self.row, self.column] = special

    def _special(self, value: str) -> Any:
        cell = f"cell {letter(self.column)}{self.row + 1}"
        if self.kind == "e":
            return Faulty(f"{cell} holds the error {value or '#VALUE!'}; correct it, or empty the cell")
        # A formula whose result is an empty text says so by its type.
        if self.formula is not None and not value and self.kind != "str":
            formula = "".join(self.formula)[:40]
            return Faulty(
                f"{cell} holds the formula ={formula} without its result;"
                " open the file in a spreadsheet program and save it there, or replace formulas by their values"
            )
        if self.kind != "n" or not value.isdigit():
            return None
        if self.style in self.padded:
            return value.zfill(self.padded[self.style])
        return value if len(value) > EXACT_DIGITS else None


def _blocks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part in blocks that overlap by 1 KB: what is shorter is whole in one of them. Far quicker than reading XML."""
    before = b""
    with archive.open(path) as file:
        while block := file.read(_BLOCK):
            yield before + block
            before = block[-1024:]


def _walk(
    archive: zipfile.ZipFile,
    path: str,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Reads a part's XML, whatever prefixes it uses for its namespaces."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, given: start(name.rpartition(" ")[2], given)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    with archive.open(path) as file:
        parser.ParseFile(file)


def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - ord("A") + 1
    return number - 1
