"""Reads a year of trade from CSV, XLSX or Parquet into columns, or says what is wrong with it and where."""

from __future__ import annotations

from pathlib import Path

from apps.trade.domain import lines
from apps.trade.reading import cells, columns, refusal, sources

BrokenFile = refusal.BrokenFile


def read(path: Path) -> lines.Trade:
    """Reads a whole file. Raises BrokenFile, naming file, row and column, at the first thing unreadable."""
    source = sources.open_source(path)
    trade = lines.Trade(name=path.name)
    moments = cells.Moments(path.name)
    for sheet in source:
        places = columns.find(path.name, sheet)
        add = columns.adder(path.name, sheet, places, trade, moments)
        for row, values in sheet.rows:
            add(row, values)
    if not len(trade):
        raise BrokenFile(path.name, "it has no lines of trade under its header")
    trade.seconds = moments.seconds()
    return trade
