"""Which column is which, under the names that such files give them, and each cell into its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from apps.trade.domain import kinds, lines
from apps.trade.reading import cells
from apps.trade.reading.refusal import BrokenFile
from apps.trade.reading.sources import Sheet

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


def find(file: str, sheet: Sheet) -> dict[str, int]:
    """Where each column stands. Raises BrokenFile naming every column that is missing, or there twice."""
    plain = ["".join(filter(str.isalnum, str(cell or ""))).lower() for cell in sheet.header]
    places = {ours: [i for i, name in enumerate(plain) if name in theirs] for ours, theirs in NAMES.items()}
    where = _where(sheet, sheet.header_row) if sheet.header_row else sheet.name
    missing = [ours for ours, found in places.items() if not found]
    if missing:
        there = ", ".join(repr(str(cell)) for cell in sheet.header[:20] if cell) or "none"
        problem = f"there is no such column; its columns are {there}"
        raise BrokenFile(file, problem, where=where, column=", ".join(missing))
    twice = next((ours for ours, found in places.items() if len(found) > 1), None)
    if twice:
        raise BrokenFile(file, "this column is there more than once", where=where, column=twice)
    return {ours: found[0] for ours, found in places.items()}


def adder(
    file: str, sheet: Sheet, places: dict[str, int], trade: lines.Trade, moments: cells.Moments
) -> Callable[[int, Sequence[Any]], None]:
    """A function that adds one row to the year. It raises BrokenFile naming row and column."""
    number_at, code_at, text_at, quantity_at, moment_at, price_at, customer_at, country_at = (
        places[ours] for ours in NAMES
    )
    price = cells.comma_price if sheet.comma else cells.price
    numbers, codes = cells.remembered(cells.needed), cells.remembered(_code)
    quantities, prices = cells.remembered(cells.quantity), cells.remembered(price)
    texts, customers = cells.remembered(cells.text), cells.remembered(cells.customer)
    width = max(places.values()) + 1

    def add(row: int, values: Sequence[Any]) -> None:
        column = "Invoice"
        try:
            number = numbers(values[number_at])
            column = "StockCode"
            code = codes(values[code_at])
            column = "Quantity"
            quantity = quantities(values[quantity_at])
            column = "Price"
            each = prices(values[price_at])
            column = "InvoiceDate"
            moments.add(values[moment_at], _where, sheet, row)
            column = "Description"
            trade.descriptions.add(texts(values[text_at]))
            column = "Customer ID"
            trade.customers.add(customers(values[customer_at]))
            column = "Country"
            trade.countries.add(texts(values[country_at]))
        except ValueError as error:
            raise BrokenFile(file, str(error), where=_where(sheet, row), column=column) from None
        except IndexError:
            problem = f"the row ends before this column: it has {len(values)} cells where {width} are needed"
            raise BrokenFile(file, problem, where=_where(sheet, row), column=column) from None
        trade.numbers.add(number)
        trade.codes.add(code)
        trade.quantities.append(quantity)
        trade.prices.append(each)

    return add


def _code(cell: Any) -> str:
    return kinds.normal_code(cells.needed(cell))


def _where(sheet: Sheet, row: int) -> str:
    return f"sheet {sheet.name!r}, row {row}" if sheet.name else f"row {row}"
