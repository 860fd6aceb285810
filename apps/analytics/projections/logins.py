"""Started sessions to the logins of each day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models

from apps.analytics.models import DailyLogins, LoginDay, LoginRow
from apps.analytics.models import sums as tables
from thriftshop import days, events
from thriftshop.database import bulk


@dataclass(slots=True)
class Logins:
    """What is added to the figures of a day."""

    logins: int = 0
    accounts: int = 0


def apply(records: Sequence[events.Recorded]) -> None:
    """Count each login once, and each account once a day."""
    sums: dict[tuple[str, ...], Logins] = {}
    for day in _new(LoginRow, "event_id", {record.id: _day(record) for record in records}):
        sums.setdefault((day,), Logins()).logins += 1
    for day in _new(LoginDay, "key", {_account(record): _day(record) for record in records}):
        sums.setdefault((day,), Logins()).accounts += 1
    tables.add(DailyLogins, ("day",), sums, ("logins", "accounts"))


def _new(table: type[models.Model], key: str, rows: dict[str, str]) -> list[str]:
    """Insert rows in the order of their keys, so that concurrent writers do not deadlock; return the days of the new ones."""
    objects = table._default_manager.all()
    return [
        rows[name] for name in sorted(rows) if bulk.insert_once(objects, {key: name, "day": rows[name]}) is not None
    ]


def _account(record: events.Recorded) -> str:
    """A digest of account and day, which does not show whether it is the account of another day."""
    return hashlib.blake2b(f"{record.event.user_id} {_day(record)}".encode(), digest_size=16).hexdigest()


def _day(record: events.Recorded) -> str:
    return days.day_of(record.occurred_at, settings.TIME_ZONE)
