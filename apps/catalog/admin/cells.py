"""Parsing and formatting the amounts and times in tables of products."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from thriftshop import clock, money

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")


class InvalidColumns(Exception):
    """Invalid columns; the message names them and the possible ones."""


class InvalidCell(Exception):
    """An invalid cell; the message names its column."""


def amount(column: str, text: str, currency: str) -> int:
    """Parse an amount to minor units. Raises InvalidCell."""
    try:
        return money.parse(text, currency)
    except money.InvalidAmount as problem:
        raise InvalidCell(f"{column}: {str(problem).rstrip('.')}") from problem


def moment(column: str, text: str) -> int:
    """Parse a time such as `2026-11-27 18:00`, in the shop's time zone by default, to milliseconds. Raises InvalidCell.

    A date without a time means its start.
    """
    if not _MOMENT.fullmatch(text):
        raise InvalidCell(f"{column}: {text[:40]!r} is not a time such as 2026-11-27 18:00")
    try:
        parsed = datetime.datetime.fromisoformat(text)
        return clock.moment(from_current_timezone(parsed) if parsed.tzinfo is None else parsed)
    except ValidationError as problem:
        hint = "the clocks change then; add the offset from UTC, as in 2026-10-25 01:30+01:00"
        raise InvalidCell(
            f"{column}: {text[:40]!r} is ambiguous or does not exist in {timezone.get_current_timezone()}: {hint}"
        ) from problem
    except ValueError as problem:
        raise InvalidCell(f"{column}: {text[:40]!r} is not a valid date") from problem


def moment_text(milliseconds: int | None) -> str:
    """Format a time for `moment`: no more precise than needed, with an offset if the local time is ambiguous."""
    if milliseconds is None:
        return ""
    aware = timezone.localtime(clock.datetime_of(milliseconds))
    local = aware.replace(tzinfo=None)
    text = local.isoformat(" ", "minutes" if not (local.second or local.microsecond) else "auto")
    try:
        from_current_timezone(local)
    except ValidationError:
        return text + aware.isoformat()[-6:]
    return text
