"""Logging in and out; tokens; how long sessions last."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sessions import models, service
from idl import common, sessions, users
from tests import acting
from tests.sessions import logins
from tests.users import people
from thriftshop import clock, rpc

pytestmark = pytest.mark.django_db

DAY_MS = 24 * 3_600_000
MINUTE_MS = 60_000


def test_a_login_gives_a_token_a_session_and_a_viewer(transport, user):
    login = logins.log_in(email=" ANN.Miller@Example.com")
    assert login.viewer == common.Viewer(id=str(user.pk), role=common.Role.CUSTOMER, session_id=login.session.id)
    assert (login.session.device, login.session.address) == ("Firefox on Linux", "203.0.113.x")
    assert login.session.expires_at - login.session.started_at == 90 * DAY_MS
    assert login.session.idle_until - login.session.used_at == 14 * DAY_MS
    assert logins.authenticate(login.token) == login.viewer
    assert logins.history(login) == ["started"]


def test_staff_have_the_staff_role_after_login(transport):
    people.a_user(password=people.PASSWORD, is_staff=True)
    assert logins.log_in().viewer.role == common.Role.STAFF


def test_a_token_has_256_bits_and_only_its_hash_is_kept(user):
    login = logins.log_in()
    assert len(login.token) == 43
    row = logins.row(login)
    assert row.token_hash == hashlib.sha256(login.token.encode()).hexdigest()
    assert login.token not in "".join(str(value) for value in vars(row).values())
    assert logins.log_in().token != login.token


def test_each_device_has_a_session_of_its_own(transport, user):
    first, second = logins.log_in(), logins.log_in(device="Ann's laptop")
    assert first.session.id != second.session.id
    with logins.as_bearer(first):
        listed = logins.service().get_sessions()
    assert {one.device for one in listed} == {"Firefox on Linux", "Ann's laptop"}


def test_all_refusals_have_the_same_message_and_cost(transport, user, hashing):
    people.a_user("closed@example.com", people.PASSWORD, is_active=False)
    hashing()
    answers = set()
    for email, password in [
        (people.EMAIL, "wrong"),
        (people.EMAIL, ""),
        ("nobody@example.com", people.PASSWORD),
        ("closed@example.com", people.PASSWORD),
        ("", ""),
        ("\U0001f600" * 10_000, "\U0001f600" * 10_000),
    ]:
        with pytest.raises(sessions.LoginFailed) as refused:
            logins.log_in(email, password)
        answers.add(refused.value.message)
        assert hashing() == 1
    assert len(answers) == 1
    assert not models.Session.objects.exists()


def test_a_user_changed_during_the_login_gets_no_session(transport, user, monkeypatch):
    """The account is closed, and its sessions are ended, in the instant before this one begins."""
    insert = models.Session.insert

    def close_first(session):
        with acting.as_staff("sessions"):
            type(user).objects.filter(pk=user.pk).update(is_active=False)
        insert(session)

    monkeypatch.setattr(models.Session, "insert", close_first)
    with pytest.raises(sessions.LoginFailed):
        logins.log_in()
    assert models.Session.objects.get().end_reason == "revoked"


@given(st.text(max_size=100))
def test_invented_tokens_are_invalid(token):
    with acting.as_stranger(), pytest.raises(sessions.InvalidSession):
        service.Service().authenticate(token)


def test_altered_tokens_are_invalid(transport, user):
    token = logins.log_in().token
    for other in (token[:-1], token + "=", token.upper(), f" {token}", token[::-1], "x" * 10_000):
        with pytest.raises(sessions.InvalidSession):
            logins.authenticate(other)


def test_an_unused_session_expires_after_its_idle_time(transport, user, move_on):
    login = logins.log_in()
    move_on(14 * DAY_MS - 1)
    assert logins.is_open(login)
    move_on(14 * DAY_MS)
    assert not logins.is_open(login)


def test_a_session_in_use_expires_after_its_maximum_lifetime(transport, user, move_on):
    login = logins.log_in()
    for _ in range(89):
        move_on(DAY_MS)
        assert logins.is_open(login)
    move_on(DAY_MS)
    assert not logins.is_open(login)


def test_the_last_use_is_recorded_at_most_once_a_minute(user, move_on, django_assert_num_queries):
    login = logins.log_in()
    with django_assert_num_queries(1):
        logins.authenticate(login.token)
    move_on(MINUTE_MS)
    with django_assert_num_queries(2):
        logins.authenticate(login.token)
    assert logins.row(login).used_at == clock.now()
    with django_assert_num_queries(1):
        logins.authenticate(login.token)


def test_the_limits_follow_the_settings(settings, user, move_on):
    settings.SESSION_DAYS, settings.SESSION_IDLE_HOURS = 2, 1
    login = logins.log_in()
    assert login.session.expires_at - login.session.started_at == 2 * DAY_MS
    move_on(60 * MINUTE_MS)
    assert not logins.is_open(login)


def test_logging_out_ends_this_session_and_an_unknown_token_is_no_error(transport, user):
    revoked, open_session = logins.log_in(), logins.log_in()
    with acting.as_stranger():
        for token in (revoked.token, revoked.token, "unknown", ""):
            logins.service().log_out(token)
    assert (logins.is_open(revoked), logins.is_open(open_session)) == (False, True)
    assert logins.history(revoked) == ["started", "logged out"]


def test_without_the_users_service_attempts_are_not_counted(transport, user, settings):
    settings.CONTEXTS = ["sessions"]
    for _ in range(8):
        with pytest.raises(rpc.Unavailable):
            logins.log_in()
    assert {attempt.failures for attempt in models.Attempt.objects.all()} == {0}


def test_logins_work_without_a_known_address(transport, user):
    login = logins.log_in(address=None)
    assert login.session.address is None
    assert logins.log_in(address="over the wire").session.address is None


def test_events_logs_and_tables_contain_no_token_or_whole_address(user, caplog):
    login = logins.log_in()
    with pytest.raises(sessions.LoginFailed):
        logins.log_in(password=people.OTHER_PASSWORD)
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed):
        rpc.connect(users.UsersService).verify_password(people.EMAIL, people.PASSWORD)
    texts = [*people.recorded_texts(), *(f"{line.getMessage()} {vars(line)}" for line in caplog.records)]
    tables = (models.Session, models.Attempt, models.KnownAddress)
    rows = [vars(row) for table in tables for row in table.objects.all()]
    assert len(rows) == 5
    for text in [*texts, *map(str, rows)]:
        for secret in (login.token, logins.ADDRESS, people.EMAIL, people.PASSWORD, people.OTHER_PASSWORD):
            assert secret not in text
