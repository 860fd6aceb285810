"""Customers join the shop, each on their own day; the accounts to try are made where the shop is in development."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings

from apps.demo import reading
from apps.demo.loading import run
from idl import common, users
from thriftshop import rpc


def welcome(under_way: run.Run, date: dt.date, people: Sequence[reading.Person]) -> None:
    """The people who join on this day."""
    if people:
        with run.happening(under_way.at(date, run.OPENING), "Joining"):
            _import(under_way, people)


def remember(under_way: run.Run) -> None:
    """Lets the staff in, and learns who the customers of days already loaded are: they are there, so nothing changes."""
    staff = [one for one in settings.DEMO_ACCOUNTS if one["email"].startswith("staff@")]
    first = run.date_of(under_way.record.now, max(thing.listed for thing in under_way.content.things))
    with run.happening(under_way.at(first, run.OPENING), "Staff"):
        if staff:
            rpc.connect(users.UsersService).import_users([_staff(account) for account in staff])
    for person in under_way.content.people:
        joined = run.date_of(under_way.record.now, person.since)
        if under_way.record.next_day and joined < under_way.record.next_day:
            welcome(under_way, joined, [person])


def _import(under_way: run.Run, people: Sequence[reading.Person]) -> None:
    ids = rpc.connect(users.UsersService).import_users([_import_of(person) for person in people])
    under_way.users.update(zip((person.email for person in people), ids, strict=True))


def _import_of(person: reading.Person) -> users.UserImport:
    known = {one["email"]: one["password"] for one in settings.DEMO_ACCOUNTS}
    return users.UserImport(
        email=person.email, name=person.name, password=known.get(person.email), addresses=[address(person)]
    )


def _staff(account: dict[str, str]) -> users.UserImport:
    return users.UserImport(
        email=account["email"], name="Margaret Ashby", password=account["password"], role=common.Role.STAFF
    )


def address(person: reading.Person) -> common.Address:
    """Where a person's parcels go."""
    return common.Address(
        name=person.name,
        lines=list(person.lines),
        city=person.city,
        region=person.region,
        postcode=person.postcode,
        country="GB",
    )
