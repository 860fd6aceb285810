"""The one error of reading: which file, which row, which column, what is wrong."""

from __future__ import annotations


class BrokenFile(Exception):
    """A file of trade that cannot be read. Its text is for the person who has to put it right."""

    def __init__(self, name: str, problem: str, *, where: str = "", column: str = "") -> None:
        self.name, self.problem, self.where, self.column = name, problem, where, column
        place = ", ".join(part for part in (name, where, f"column {column}" if column else "") if part)
        super().__init__(f"{place}: {problem}.")
