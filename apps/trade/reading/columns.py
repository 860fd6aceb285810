"""Which column is which, under the names that such files give them, and each cell into its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from apps.trade.domain import kinds, lines
from apps.trade.reading import cells
from apps.trade.reading.collected import Column, Places, row_of
from apps.trade.reading.refusal import BrokenFile
from thriftshop.tables.table import Faulty

T = TypeVar("T")

NAMES = {
    "Invoice": ("invoice", "invoiceno", "invoicenumber"),
    "StockCode": ("stockcode",),
    "Description": ("description",),
    "Quantity": ("quantity",),
    "InvoiceDate": ("invoicedate",),
    "Price": ("price", "unitprice"),
    "Customer ID": ("customerid", "customer"),
    "Country": ("country",),
}
"""Our name of each column, and what a file may call it once case, spaces and signs are left out."""


@dataclass(slots=True)
class Collected:
    """A year as far as it was read: what can be read row by row, and what only the whole file decides."""

    trade: lines.Trade
    places: Places
    quantities: Column = field(default_factory=lambda: Column("Quantity"))
    prices: Column = field(default_factory=lambda: Column("Price"))
    moments: Column = field(default_factory=lambda: Column("InvoiceDate"))
    customers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By document, the customer that it names first, and the position of that line."""


def find(file: str, sheet: str, row: int, header: Sequence[Any]) -> dict[str, int]:
    """Where each column stands. Raises BrokenFile naming every column that is missing, or there twice."""
    plain = ["".join(filter(str.isalnum, str(cell or ""))).lower() for cell in header]
    places = {ours: [i for i, name in enumerate(plain) if name in theirs] for ours, theirs in NAMES.items()}
    where = row_of(sheet, row) if row else sheet
    if faulty := next((cell for cell in header if isinstance(cell, Faulty)), None):
        raise BrokenFile(file, faulty.problem, where=where)
    missing = [ours for ours, found in places.items() if not found]
    if missing:
        there = ", ".join(repr(str(cell)) for cell in header[:20] if cell) or "none"
        problem = f"there is no such column; its columns are {there}"
        raise BrokenFile(file, problem, where=where, column=", ".join(missing))
    twice = next((ours for ours, found in places.items() if len(found) > 1), None)
    if twice:
        raise BrokenFile(file, "this column is there more than once", where=where, column=twice)
    return {ours: found[0] for ours, found in places.items()}


def remembered(parse: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same function, which reads each different cell once. A number and a text are never one cell."""
    known: dict[Any, T] = {}

    def read(cell: Any) -> T:
        key = cell if type(cell) is str else (type(cell), cell)
        try:
            return known[key]
        except TypeError:
            return parse(cell)  # a list or a mapping, which no column may hold
        except KeyError:
            value = known[key] = parse(cell)
            return value

    return read


def adder(file: str, sheet: str, at: dict[str, int], found: Collected) -> Callable[[int, Sequence[Any]], None]:
    """A function that adds one row to the year. It raises BrokenFile naming row and column."""
    trade = found.trade
    number_at, code_at, text_at, quantity_at, moment_at, price_at, customer_at, country_at = (at[o] for o in NAMES)
    numbers, codes = remembered(cells.document), remembered(_code)
    texts, customers = remembered(cells.text), remembered(cells.customer)
    width = max(at.values()) + 1

    def add(row: int, values: Sequence[Any]) -> None:
        column = "Invoice"
        try:
            number = numbers(values[number_at])
            column = "StockCode"
            code = codes(values[code_at])
            column = "Quantity"
            quantity = _usable(values[quantity_at])
            column = "Price"
            price = _usable(values[price_at])
            column = "InvoiceDate"
            moment = _usable(values[moment_at])
            column = "Description"
            text = texts(values[text_at])
            column = "Customer ID"
            customer = customers(values[customer_at])
            _check_customer(found, number, customer)
            column = "Country"
            country = texts(values[country_at])
        except ValueError as error:
            raise BrokenFile(file, str(error), where=row_of(sheet, row), column=column) from None
        except IndexError:
            problem = f"the row ends before this column: it has {len(values)} cells where {width} are needed"
            raise BrokenFile(file, problem, where=row_of(sheet, row), column=column) from None
        trade.numbers.add(number)
        trade.codes.add(code)
        trade.descriptions.add(text)
        trade.customers.add(customer)
        trade.countries.add(country)
        found.quantities.add(quantity)
        found.prices.add(price)
        found.moments.add(moment)
        found.places.rows.append(row)

    return add


def _usable(cell: Any) -> Any:
    """A cell that is read when the whole file was seen; at once it is only known whether it holds a value at all."""
    if type(cell) is Faulty:
        raise ValueError(cell.problem)
    return cell


def _code(cell: Any) -> str:
    return kinds.normal_code(cells.needed(cell))


def _check_customer(found: Collected, number: str, customer: str) -> None:
    """A document is made out to one customer, or to none; lines of it that name nobody say nothing else."""
    if not customer:
        return
    first, position = found.customers.setdefault(number, (customer, len(found.places.rows)))
    if first != customer:
        row = found.places.rows[position]
        raise ValueError(
            f"document {number} has two customers: {cells.shown(first)} in row {row}, {cells.shown(customer)} here"
        )
