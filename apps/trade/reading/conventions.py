"""The number and date formats of a file, determined from all of it."""

from __future__ import annotations

import datetime as dt
from array import array
from typing import NamedTuple

from apps.trade.domain import lines
from apps.trade.reading import cells
from apps.trade.reading.columns import Collected
from thriftshop.tables import dates, numbers

DATE_ORDERS = ("day-first", "month-first")


class Conventions(NamedTuple):
    """The conventions given by the user; empty if the file decides."""

    decimal: str = ""
    dates: str = ""


def decimal_sign(collected: Collected, convention: str) -> str:
    """The decimal separator. Raises BrokenFile if it is ambiguous or contradictory."""
    if convention:
        return convention
    evidence = numbers.Evidence()
    for column, fits in ((collected.quantities, cells.is_whole), (collected.prices, None)):
        for position, cell in column.distinct():
            text = cells.amount_text(cell)
            if text is not None:
                evidence.add(text, (position, column.name), fits)
    if evidence.point and evidence.comma:
        return _contradiction(collected, evidence.point, evidence.comma)
    if evidence.decimal is None and evidence.either:
        raise _ambiguous(collected, evidence.either)
    return evidence.decimal or numbers.POINT


def _contradiction(collected: Collected, point: numbers.WrittenNumber, comma: numbers.WrittenNumber) -> str:
    """Refuse the later of two numbers that contradict each other."""
    first, second = sorted((point, comma), key=lambda reading: reading.place[0])
    position, column = second.place
    noun = "price" if column == "Price" else "whole number"
    sign = numbers.POINT if first is point else numbers.COMMA
    row = collected.places.rows[first.place[0]]
    raise collected.places.refusal(
        position,
        column,
        f"{cells.quoted(second.text)} is not a {noun} with a decimal {sign}, unlike {cells.quoted(first.text)} in row {row}",
    )


def _ambiguous(collected: Collected, either: numbers.WrittenNumber) -> Exception:
    point, comma = (numbers.read(either.text, sign) for sign in numbers.DECIMALS)
    position, column = either.place
    return collected.places.refusal(
        position,
        column,
        f"{cells.quoted(either.text)} may be {point:f} or {comma:f}, and no other number of the file decides it;"
        " use --decimal point or --decimal comma",
    )


def seconds(collected: Collected, convention: str, now: dt.datetime) -> array[int]:
    """Local seconds since 1970 of every line. Raises BrokenFile for an invalid date or one in the future."""
    order = dates.order(collected.moments.cells, default=False)
    if convention:
        order = dates.Order(convention == DATE_ORDERS[0], decided=True)
    if not order.decided:
        chosen, other = DATE_ORDERS[:: 1 if order.day_first else -1]
        collected.trade.notices.append(
            f"The order of day and month in the file's dates is ambiguous; they are read {chosen}."
            f" If that is wrong, use --dates {other} and a new database."
        )
    local_now = now.astimezone(lines.ZONE).replace(tzinfo=None)

    def parse(cell: object) -> int:
        moment = cells.moment(cell, day_first=order.day_first)
        if moment > local_now:
            raise ValueError(f"{cells.quoted(cell)} is in the future")
        return round((moment - lines.EPOCH).total_seconds())

    return collected.moments.values(parse, collected.places)
