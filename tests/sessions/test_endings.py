"""The ends of sessions: by their user, by a change to the user, by time."""

import io

import pytest
from django.core.management import call_command

from apps.sessions import models
from apps.sessions.service import open_sessions
from idl import common, users
from tests import acting
from tests.sessions import logins
from tests.users import people
from thriftshop import call_context, rpc
from thriftshop.event_store.models import Checkpoint
from thriftshop.events import progress

pytestmark = pytest.mark.django_db

DAY_MS = 24 * 3_600_000


def test_one_session_is_revoked_and_the_others_stay(transport, user):
    here, there = logins.log_in(), logins.log_in()
    with logins.as_bearer(here):
        logins.service().revoke(there.session.id)
        logins.service().revoke(there.session.id)
    assert (logins.is_open(here), logins.is_open(there)) == (True, False)
    assert logins.history(there) == ["started", "revoked"]


def test_all_others_are_revoked_and_this_one_stays(transport, user):
    here, *others = [logins.log_in() for _ in range(4)]
    with logins.as_bearer(here):
        assert logins.service().revoke_others() == 3
        assert logins.service().revoke_others() == 0
        assert [session.id for session in logins.service().get_sessions()] == [here.session.id]
    assert not any(logins.is_open(other) for other in others)


def test_without_a_current_session_all_sessions_are_revoked(transport, user):
    login = logins.log_in()
    with acting.as_customer(str(user.pk)):
        assert logins.service().revoke_others() == 1
    assert not logins.is_open(login)


def test_the_session_of_another_user_is_not_found(transport, user):
    login = logins.log_in()
    with acting.as_customer(acting.OTHER):
        for session_id in (login.session.id, "nonsense", "", acting.STAFF, "x" * 10_000):
            with pytest.raises(common.NotFound):
                logins.service().revoke(session_id)
        assert logins.service().get_sessions() == []
        assert logins.service().revoke_others() == 0
    assert logins.is_open(login)


def test_the_last_used_session_is_listed_first_and_expired_ones_are_not(transport, user, move_on):
    old = logins.log_in(device="Old")
    move_on(13 * DAY_MS)
    second, third = logins.log_in(device="Second"), logins.log_in(device="Third")
    move_on(2 * DAY_MS)
    logins.authenticate(second.token)
    with logins.as_bearer(second):
        assert [session.id for session in logins.service().get_sessions()] == [second.session.id, third.session.id]
    assert not logins.is_open(old)


def test_a_changed_password_ends_every_session_but_the_one_it_was_changed_in(transport, user):
    here, there = logins.log_in(), logins.log_in()
    with logins.as_bearer(here):
        rpc.connect(users.UsersService).change_password(people.PASSWORD, people.OTHER_PASSWORD)
    progress.catch_up()
    assert (logins.is_open(here), logins.is_open(there)) == (True, False)
    assert logins.history(there) == ["started", "password changed"]


def test_a_reset_password_ends_every_session(transport, user):
    from apps.users.service import tokens

    login = logins.log_in()
    with acting.as_stranger():
        token = tokens.make(tokens.RESET, people.reloaded(user))
        rpc.connect(users.UsersService).reset_password(token, people.OTHER_PASSWORD)
    progress.catch_up()
    assert logins.history(login) == ["started", "password changed"]


def test_closing_an_account_ends_its_sessions_and_prevents_logins(transport, user):
    login = logins.log_in()
    with acting.as_staff("users"):
        rpc.connect(users.UsersService).deactivate(str(user.pk))
    progress.catch_up()
    assert not logins.is_open(login)
    assert logins.history(login) == ["started", "deactivated"]
    from idl import sessions

    with pytest.raises(sessions.LoginFailed):
        logins.log_in()


def test_a_changed_role_ends_all_sessions(transport, user):
    login = logins.log_in()
    with acting.as_staff("users"), call_context.using(caller="users"):
        rpc.connect(users.UsersService).set_role(str(user.pk), common.Role.STAFF)
    progress.catch_up()
    assert not logins.is_open(login)
    assert logins.log_in().viewer.role == common.Role.STAFF


def test_the_sessions_of_an_erased_user_are_deleted(transport, user):
    login = logins.log_in()
    with logins.as_bearer(login):
        rpc.connect(users.UsersService).erase_account(people.PASSWORD)
    progress.catch_up()
    assert logins.history(login) == ["started", "erased"]
    assert not models.Session.objects.exists()


def test_late_and_repeated_events_do_not_end_later_sessions(transport, user, move_on):
    before = logins.log_in()
    move_on(1000)
    with acting.as_staff("users"):
        rpc.connect(users.UsersService).deactivate(str(user.pk))
        rpc.connect(users.UsersService).reactivate(str(user.pk))
    move_on(1000)
    after = logins.log_in()
    progress.catch_up()
    Checkpoint.objects.filter(group="sessions.endings").update(cursor="")
    progress.catch_up()
    assert (logins.is_open(before), logins.is_open(after)) == (False, True)
    assert logins.history(before) == ["started", "deactivated"]


def test_the_sweep_ends_expired_sessions_and_deletes_old_ones(user, move_on):
    idle, used = logins.log_in(), logins.log_in()
    move_on(10 * DAY_MS)
    logins.authenticate(used.token)
    move_on(5 * DAY_MS)
    output = io.StringIO()
    call_command("sweep_sessions", stdout=output)
    assert output.getvalue().startswith("1 expired sessions were ended; 0 old sessions and ")
    assert logins.history(idle) == ["started", "expired"]
    assert logins.is_open(used)
    move_on(31 * DAY_MS)
    call_command("sweep_sessions", stdout=output)
    assert [str(session.pk) for session in models.Session.objects.all()] == [used.session.id]


def test_sessions_are_swept_in_batches(monkeypatch):
    monkeypatch.setattr(open_sessions, "BATCH", 7)
    rows = [
        models.Session(token_hash=f"{n}", user_id="u", role=1, device="d", started_at=1, used_at=1, expires_at=2)
        for n in range(20)
    ]
    models.Session.objects.bulk_create(rows)
    assert open_sessions.sweep() == 20
    assert not models.Session.objects.filter(ended_at=None).exists()
    assert open_sessions.sweep() == 0


def test_a_session_started_in_the_future_by_a_wrong_clock_ends_with_its_user(user, move_on):
    move_on(3_600_000)
    ahead = logins.log_in()
    move_on(-3_600_000)
    with acting.as_staff("users"):
        rpc.connect(users.UsersService).deactivate(str(user.pk))
    progress.catch_up()
    assert not logins.is_open(ahead)
