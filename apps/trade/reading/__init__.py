"""Reads a year of trade from CSV, XLSX or Parquet into columns, or reports the problem and its location."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path

from apps.trade.domain import limits, lines
from apps.trade.reading import cells, columns, conventions, refusal
from apps.trade.reading.collected import Places
from thriftshop.tables import opening, table

BrokenFile = refusal.BrokenFile
Conventions = conventions.Conventions
DATE_ORDERS = conventions.DATE_ORDERS

FROM_FILE = Conventions()


def read(path: Path, convention: Conventions = FROM_FILE, now: dt.datetime | None = None) -> lines.Trade:
    """Read a whole file. Raises BrokenFile, naming file, row and column, if it cannot be replayed."""
    collected = columns.Collected(lines.Trade(name=path.name), Places(path.name))
    try:
        with opening.tables(path) as sheets:
            for sheet in sheets:
                _collect(collected, sheet)
    except table.Unreadable as error:
        raise BrokenFile(path.name, error.problem, where=error.where) from error
    trade = collected.trade
    if not collected.places.rows:
        raise BrokenFile(path.name, "it has no rows below its header")
    decimal = conventions.decimal_sign(collected, convention.decimal)
    trade.quantities = collected.quantities.values(
        functools.partial(cells.quantity, decimal_sign=decimal), collected.places
    )
    trade.prices = collected.prices.values(functools.partial(cells.price, decimal_sign=decimal), collected.places)
    trade.seconds = conventions.seconds(collected, convention.dates, now or dt.datetime.now(dt.UTC))
    for excess in limits.excesses(trade):
        raise collected.places.refusal(excess.position, excess.column, excess.problem)
    return trade


def _collect(collected: columns.Collected, sheet: table.Table) -> None:
    file = collected.trade.name
    rows = ((number, row) for number, row in sheet.rows if table.is_filled(row))
    number, header = next(rows, (0, ()))
    if not header and sheet.name:
        return
    places = columns.find(file, sheet.name, number, header)
    collected.places.begin(sheet.name)
    if sheet.hidden:
        collected.trade.notices.append(f"The sheet {sheet.name!r} is hidden; its rows are read as well.")
    if merged := table.merged_notice(sheet):
        collected.trade.notices.append(merged)
    add = columns.adder(file, sheet.name, places, collected)
    for number, row in rows:
        add(number, row)
