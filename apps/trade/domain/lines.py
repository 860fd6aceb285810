"""A year of trade: lines stored in columns, and iterated by document."""

from __future__ import annotations

import datetime as dt
import hashlib
from array import array
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

MICROS = 1_000_000
"""Prices are whole millionths of a pound, exact for every price of a trade file."""

ZONE = ZoneInfo("Europe/London")
"""The shop's time zone."""

EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - times of a trade file are local, without a zone


class Line(NamedTuple):
    """One line of a document. `price` in micros (millionths of a pound) each; `position` counts from 0."""

    position: int
    code: str
    description: str
    quantity: int
    price: int


class Document(NamedTuple):
    """The lines that share one document number. `at` is local time; no customer means a guest."""

    number: str
    at: dt.datetime
    customer: str | None
    country: str
    lines: tuple[Line, ...]


@dataclass(slots=True)
class TextColumn:
    """A column of text; each distinct text is stored once."""

    texts: list[str] = field(default_factory=list)
    index: array[int] = field(default_factory=lambda: array("I"))
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, text: str) -> None:
        number = self.numbers.get(text)
        if number is None:
            number = self.numbers[text] = len(self.texts)
            self.texts.append(text)
        self.index.append(number)

    def __getitem__(self, position: int) -> str:
        return self.texts[self.index[position]]

    def __len__(self) -> int:
        return len(self.index)


@dataclass(slots=True)
class Trade:
    """All lines of a file, by column: about 40 bytes per line. `seconds` are local time since 1970.

    `notices` are remarks about the file for its user.
    """

    name: str = ""
    notices: list[str] = field(default_factory=list)
    numbers: TextColumn = field(default_factory=TextColumn)
    codes: TextColumn = field(default_factory=TextColumn)
    descriptions: TextColumn = field(default_factory=TextColumn)
    customers: TextColumn = field(default_factory=TextColumn)
    countries: TextColumn = field(default_factory=TextColumn)
    quantities: array[int] = field(default_factory=lambda: array("q"))
    prices: array[int] = field(default_factory=lambda: array("q"))
    seconds: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.quantities)

    def line(self, position: int) -> Line:
        return Line(
            position,
            self.codes[position],
            self.descriptions[position],
            self.quantities[position],
            self.prices[position],
        )


def documents(trade: Trade, only: Container[int] | None = None) -> Iterator[Document]:
    """Every document, ordered by its earliest line and then by its position in the file; its lines in file order.

    Lines of one document need not be adjacent, and may have different times. `only` restricts the documents, as
    indexes of `trade.numbers`.
    """
    by_number: dict[int, array[int]] = {}
    for position, number in enumerate(trade.numbers.index):
        if only is None or number in only:
            by_number.setdefault(number, array("I")).append(position)
    started = {number: min(trade.seconds[p] for p in places) for number, places in by_number.items()}
    for number in sorted(by_number, key=lambda n: (started[n], by_number[n][0])):
        yield _document(trade, number, started[number], by_number[number])


def _document(trade: Trade, number: int, seconds: int, places: array[int]) -> Document:
    customer = next((trade.customers[p] for p in places if trade.customers[p]), None)
    return Document(
        trade.numbers.texts[number],
        EPOCH + dt.timedelta(seconds=seconds),
        customer,
        trade.countries[places[0]],
        tuple(trade.line(p) for p in places),
    )


def fingerprint(trade: Trade) -> str:
    """Identify a year by its lines: the same in CSV, XLSX and Parquet. 16 hex digits."""
    digest = hashlib.blake2b(digest_size=8)
    for texts in (trade.numbers, trade.codes, trade.descriptions, trade.customers, trade.countries):
        digest.update("\x1f".join(texts.texts).encode())
        digest.update(texts.index.tobytes())
    for column in (trade.quantities, trade.prices, trade.seconds):
        digest.update(column.tobytes())
    return digest.hexdigest()


def totals(trade: Trade) -> tuple[int, int, int]:
    """Lines, units, and money in micros, for which a replay must account."""
    units = sum(trade.quantities)
    money = sum(quantity * price for quantity, price in zip(trade.quantities, trade.prices, strict=True))
    return len(trade), units, money
