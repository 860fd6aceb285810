"""The error of an unreadable file, with file, row and column."""

from __future__ import annotations


class BrokenFile(Exception):
    """A trade file that cannot be read. Its message is for the person who has to correct the file."""

    def __init__(self, name: str, problem: str, *, where: str = "", column: str = "") -> None:
        self.name, self.problem, self.where, self.column = name, problem, where, column
        place = ", ".join(part for part in (name, where, f"column {column}" if column else "") if part)
        super().__init__(f"{place}: {problem}.")
