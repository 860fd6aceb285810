"""The columns of a file: finds them by their names, and adds the cells of each row."""

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
"""Each column's name, and its names in files, without case, spaces and punctuation."""


@dataclass(slots=True)
class Collected:
    """A partly read year: values parsed row by row, and columns whose convention depends on the whole file."""

    trade: lines.Trade
    places: Places
    quantities: Column = field(default_factory=lambda: Column("Quantity"))
    prices: Column = field(default_factory=lambda: Column("Price"))
    moments: Column = field(default_factory=lambda: Column("InvoiceDate"))
    customers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By document, its first customer and the position of that line."""


def find(file: str, sheet: str, row: int, header: Sequence[Any]) -> dict[str, int]:
    """The index of each column. Raises BrokenFile if columns are missing or occur twice."""
    plain = ["".join(filter(str.isalnum, str(cell or ""))).lower() for cell in header]
    places = {ours: [i for i, name in enumerate(plain) if name in theirs] for ours, theirs in NAMES.items()}
    where = row_of(sheet, row) if row else sheet
    if faulty := next((cell for cell in header if isinstance(cell, Faulty)), None):
        raise BrokenFile(file, faulty.problem, where=where)
    missing = [ours for ours, indexes in places.items() if not indexes]
    if missing:
        present = ", ".join(repr(str(cell)) for cell in header[:20] if cell) or "none"
        problem = f"missing column; the columns are {present}"
        raise BrokenFile(file, problem, where=where, column=", ".join(missing))
    twice = next((ours for ours, indexes in places.items() if len(indexes) > 1), None)
    if twice:
        raise BrokenFile(file, "this column occurs more than once", where=where, column=twice)
    return {ours: indexes[0] for ours, indexes in places.items()}


def memoised(parse: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same function, which parses each distinct cell once. Numbers and texts are distinct."""
    parsed: dict[Any, T] = {}

    def read(cell: Any) -> T:
        key = cell if type(cell) is str else (type(cell), cell)
        try:
            return parsed[key]
        except TypeError:
            return parse(cell)  # a list or a mapping, which `parse` refuses
        except KeyError:
            value = parsed[key] = parse(cell)
            return value

    return read


def adder(file: str, sheet: str, at: dict[str, int], collected: Collected) -> Callable[[int, Sequence[Any]], None]:
    """A function that adds one row to the year, or raises BrokenFile with row and column."""
    trade = collected.trade
    number_at, code_at, text_at, quantity_at, moment_at, price_at, customer_at, country_at = (at[o] for o in NAMES)
    numbers, codes = memoised(cells.document), memoised(_code)
    texts, customers = memoised(cells.text), memoised(cells.customer)
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
            _check_customer(collected, number, customer)
            column = "Country"
            country = texts(values[country_at])
        except ValueError as error:
            raise BrokenFile(file, str(error), where=row_of(sheet, row), column=column) from None
        except IndexError:
            problem = f"the row ends before this column: it has {len(values)} cells instead of {width}"
            raise BrokenFile(file, problem, where=row_of(sheet, row), column=column) from None
        trade.numbers.add(number)
        trade.codes.add(code)
        trade.descriptions.add(text)
        trade.customers.add(customer)
        trade.countries.add(country)
        collected.quantities.add(quantity)
        collected.prices.add(price)
        collected.moments.add(moment)
        collected.places.rows.append(row)

    return add


def _usable(cell: Any) -> Any:
    """A cell that is parsed later; only cells without a usable value are refused at once."""
    if type(cell) is Faulty:
        raise ValueError(cell.problem)
    return cell


def _code(cell: Any) -> str:
    return kinds.normal_code(cells.required_text(cell))


def _check_customer(collected: Collected, number: str, customer: str) -> None:
    """Refuse a document with two customers; lines without a customer are allowed."""
    if not customer:
        return
    first, position = collected.customers.setdefault(number, (customer, len(collected.places.rows)))
    if first != customer:
        row = collected.places.rows[position]
        raise ValueError(
            f"document {number} has two customers: {cells.quoted(first)} in row {row}, {cells.quoted(customer)} here"
        )
