"""Tables with numbered rows of cells, and cells without a usable value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

MAX_MERGED_LISTED = 5


class Unreadable(Exception):
    """A file, or a part of it, cannot be read. `where` names the row or the sheet; it may be empty."""

    def __init__(self, problem: str, where: str = "") -> None:
        self.problem, self.where = problem, where
        super().__init__(f"{where}: {problem}" if where else problem)


class NotText(Unreadable):
    """The file is binary instead of text."""


class Faulty(NamedTuple):
    """A cell without a usable value, such as a spreadsheet error. `problem` names the cell and the reason."""

    problem: str

    def __str__(self) -> str:
        return self.problem


class Table(NamedTuple):
    """A table. Its rows, including empty ones, are numbered as in a spreadsheet program.

    `name` is the sheet's name, empty in formats with a single table. `merged` are ranges such as `A2:A3`.
    """

    name: str
    rows: Iterator[tuple[int, Sequence[Any]]]
    hidden: bool = False
    merged: tuple[str, ...] = ()


def merged_notice(table: Table) -> str:
    """A notice about a sheet's merged cells; empty if there are none."""
    if not table.merged:
        return ""
    listed = ", ".join(table.merged[:MAX_MERGED_LISTED]) + " and more" * (len(table.merged) > MAX_MERGED_LISTED)
    return (
        f"The sheet {table.name!r} has merged cells ({listed}). Only the first cell of each has a value;"
        " the others are read as empty."
    )


def is_filled(cells: Sequence[Any]) -> bool:
    """Whether any cell of a row has a value."""
    return any(cell not in ("", None) for cell in cells)


def letter(column: int) -> str:
    """The letters of a column, counted from 0: `A`, `Z`, `AA`."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
