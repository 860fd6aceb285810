"""Imports customers, each on their own day, and in development the demo accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings

from apps.demo import reading
from apps.demo.loading import run
from idl import common, users
from thriftshop import rpc


def import_people(state: run.Run, date: dt.date, people: Sequence[reading.Person]) -> None:
    """Import the people who join on this day."""
    if people:
        with run.at_time(state.at(date, run.OPENING), "Joining"):
            _import(state, people)


def restore(state: run.Run) -> None:
    """Import the staff account, and load the ids of customers of days that are already loaded."""
    staff = [account for account in settings.DEMO_ACCOUNTS if account["email"].startswith("staff@")]
    first = run.date_of(state.record.now, max(item.listed for item in state.content.items))
    with run.at_time(state.at(first, run.OPENING), "Staff"):
        if staff:
            rpc.connect(users.UsersService).import_users([_staff(account) for account in staff])
    for person in state.content.people:
        joined = run.date_of(state.record.now, person.since)
        if state.record.next_day and joined < state.record.next_day:
            import_people(state, joined, [person])


def _import(state: run.Run, people: Sequence[reading.Person]) -> None:
    ids = rpc.connect(users.UsersService).import_users([_import_of(person) for person in people])
    state.users.update(zip((person.email for person in people), ids, strict=True))


def _import_of(person: reading.Person) -> users.UserImport:
    passwords = {account["email"]: account["password"] for account in settings.DEMO_ACCOUNTS}
    return users.UserImport(
        email=person.email, name=person.name, password=passwords.get(person.email), addresses=[address(person)]
    )


def _staff(account: dict[str, str]) -> users.UserImport:
    return users.UserImport(
        email=account["email"], name="Margaret Ashby", password=account["password"], role=common.Role.STAFF
    )


def address(person: reading.Person) -> common.Address:
    """A person's postal address."""
    return common.Address(
        name=person.name,
        lines=list(person.lines),
        city=person.city,
        region=person.region,
        postcode=person.postcode,
        country="GB",
    )
