"""Data collected while a file is read: the row of each line, and columns that are parsed at the end."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Any

from apps.trade.reading.refusal import BrokenFile


class Places:
    """The sheet and row of each line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: array[int] = array("I")
        self.sheets: list[tuple[int, str]] = []

    def begin(self, sheet: str) -> None:
        """Begin a sheet: the following lines are in it."""
        self.sheets.append((len(self.rows), sheet))

    def refusal(self, position: int, column: str, problem: str) -> BrokenFile:
        """The error for a cell of the line at a position."""
        sheet = next(name for start, name in reversed(self.sheets) if start <= position)
        return BrokenFile(self.file, problem, where=row_of(sheet, self.rows[position]), column=column)


def row_of(sheet: str, row: int) -> str:
    """A row, for messages."""
    return f"sheet {sheet!r}, row {row}" if sheet else f"row {row}"


class Column:
    """A column that is parsed once the whole file has been read. Each distinct cell is stored once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: list[Any] = []
        self.first: list[int] = []
        self.codes: dict[Any, int] = {}
        self.index: array[int] = array("I")

    def add(self, cell: Any) -> None:
        """Add the cell of the next line. Numbers and texts are distinct."""
        key = cell if type(cell) is str else (type(cell), str(cell) if isinstance(cell, list | dict) else cell)
        number = self.codes.get(key)
        if number is None:
            number = self.codes[key] = len(self.cells)
            self.cells.append(cell)
            self.first.append(len(self.index))
        self.index.append(number)

    def distinct(self) -> Iterator[tuple[int, Any]]:
        """Each distinct cell, with the position of its first line."""
        return zip(self.first, self.cells, strict=True)

    def values(self, parse: Callable[[Any], int], places: Places) -> array[int]:
        """The value of each line. Raises BrokenFile for the first cell that `parse` refuses with a ValueError."""
        known = array("q")
        for position, cell in self.distinct():
            try:
                known.append(parse(cell))
            except ValueError as error:
                raise places.refusal(position, self.name, str(error)) from None
        return array("q", (known[number] for number in self.index))
