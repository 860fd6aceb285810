"""The cells of a table of products: amounts and moments, read and written."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from thriftshop import clock, money

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")


class WrongColumns(Exception):
    """The columns cannot be understood; the message says which, and what they may be."""


class WrongCell(Exception):
    """A cell cannot be understood; the message names the column."""


def amount(column: str, text: str, currency: str) -> int:
    """An amount in minor units. Raises WrongCell."""
    try:
        return money.parse(text, currency)
    except money.InvalidAmount as problem:
        raise WrongCell(f"{column}: {str(problem).rstrip('.')}") from problem


def moment(column: str, text: str) -> int:
    """A moment in milliseconds: `2026-11-27 18:00` in the shop's time zone; a date alone is its beginning. Raises WrongCell."""
    if not _MOMENT.fullmatch(text):
        raise WrongCell(f"{column}: {text[:40]!r} is not a moment like 2026-11-27 18:00")
    try:
        when = datetime.datetime.fromisoformat(text)
        return clock.moment(from_current_timezone(when) if when.tzinfo is None else when)
    except ValidationError as problem:
        hint = "the clocks are changed then; add its offset from UTC, as in 2026-10-25 01:30+01:00"
        raise WrongCell(
            f"{column}: {text[:40]!r} is not one moment in {timezone.get_current_timezone()}: {hint}"
        ) from problem
    except ValueError as problem:
        raise WrongCell(f"{column}: {text[:40]!r} is not a date of the calendar") from problem


def moment_text(milliseconds: int | None) -> str:
    """A moment as `moment` reads it, no more precise than needed; with its offset where the local time alone is ambiguous."""
    if milliseconds is None:
        return ""
    when = timezone.localtime(clock.datetime_of(milliseconds))
    local = when.replace(tzinfo=None)
    text = local.isoformat(" ", "minutes" if not (local.second or local.microsecond) else "auto")
    try:
        from_current_timezone(local)
    except ValidationError:
        return text + when.isoformat()[-6:]
    return text
