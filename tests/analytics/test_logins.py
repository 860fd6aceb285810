"""Logins are counted by the shop itself, from the events of sessions, without identifying a person."""

import datetime as dt

import pytest

from apps.analytics import models
from apps.analytics.domain.periods import Period
from apps.analytics.projections import PROJECTIONS
from apps.analytics.service.reports import REPORTS
from apps.analytics.service.reports.queries import Selection
from idl import sessions, users
from tests import acting
from thriftshop import clock, rpc
from thriftshop.events import progress, rebuild, streams

pytestmark = pytest.mark.django_db
PASSWORD = "a lamp from the attic"


def register(name: str) -> str:
    """A customer's e-mail address."""
    with acting.as_service("gateway"):
        rpc.connect(users.UsersService).sign_up(f"{name}@example.com", PASSWORD, name)
    return f"{name}@example.com"


def log_in(email: str, password: str = PASSWORD) -> None:
    with acting.as_service("gateway"):
        rpc.connect(sessions.SessionsService).log_in(email, password, "a telephone", None)


def figures() -> dict[str, float]:
    today = clock.datetime_of(clock.now()).date()
    selection = Selection(Period(today - dt.timedelta(days=1), today), "GBP")
    return {figure.label: figure.value for figure in REPORTS["overview"](selection).figures}


def test_successful_logins_are_counted_and_each_account_once_a_day():
    ann, bob = register("ann"), register("bob")
    for email in (ann, ann, bob):
        log_in(email)
    with pytest.raises(sessions.LoginFailed):
        log_in(ann, "not the password")
    progress.catch_up()
    assert (figures()["Logins"], figures()["Accounts logged in, a day"]) == (3, 1)
    (projection,) = [each for each in PROJECTIONS if each.name == "analytics.logins"]
    assert rebuild.differences(projection) == []


def test_the_tables_do_not_lead_to_the_account_or_the_session():
    log_in(register("ann"))
    progress.catch_up()
    (event,) = [record.event for record in streams.of("sessions").scan({"SessionStarted"})]
    rows = str([*models.LoginRow.objects.values(), *models.LoginDay.objects.values()])
    assert event.user_id not in rows
    assert event.id not in rows


def test_an_account_has_another_digest_each_day():
    log_in(register("ann"))
    (record,) = streams.of("sessions").scan({"SessionStarted"})
    (projection,) = [each for each in PROJECTIONS if each.name == "analytics.logins"]
    for days in (0, 1):
        event = sessions.SessionStarted(id=f"session-{days}", user_id=record.event.user_id)
        later = record.occurred_at + days * 86_400_000
        projection.apply([type(record)(f"event-{days}", "sessions", event.id, 1, later, later, event, record.context)])
    assert models.LoginDay.objects.count() == 2
