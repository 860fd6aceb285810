"""Authenticated checked in memory: a session that has ended is refused, however its end races with requests."""

import threading
import time

import pytest
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from apps.gateway import subscriptions, tokens
from apps.sessions.service import logins
from idl import common, sessions
from tests import acting
from tests.gateway import client, shop
from thriftshop import clock, rpc
from thriftshop.events import broadcast

WHO = "{ viewer { id } }"
MINUTE_MS = 60_000
IS_SQLITE = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def viewer(session_id, valid_for=MINUTE_MS):
    return common.Viewer(id="u1", role=common.Role.CUSTOMER, session_id=session_id, valid_until=clock.now() + valid_for)


@pytest.fixture
def current(monkeypatch):
    monkeypatch.setattr(tokens, "is_current", lambda: True)


@pytest.fixture
def authentications(monkeypatch):
    """The tokens that the sessions service has authenticated."""
    checked = []
    authenticate = logins.authenticate

    def recorded(token):
        checked.append(token)
        return authenticate(token)

    monkeypatch.setattr("apps.sessions.service.Service.authenticate", staticmethod(recorded))
    return checked


def test_a_token_is_valid_until_its_session_ends(current):
    checked = tokens.CheckedTokens()
    checked.add("a", viewer("1"), 0)
    checked.add("b", viewer("2"), 0)
    assert checked.get("a").session_id == "1"
    checked.drop("1")
    assert (checked.get("a"), checked.get("b").session_id, checked.get("c")) == (None, "2", None)


def test_a_token_is_checked_again_when_its_validity_ends(current, monkeypatch):
    checked = tokens.CheckedTokens()
    checked.add("a", viewer("1"), 0)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + MINUTE_MS)
    assert checked.get("a") is None


def test_a_viewer_without_a_validity_is_not_accepted_from_memory(current):
    checked = tokens.CheckedTokens()
    checked.add("a", common.Viewer(id="u1", role=common.Role.CUSTOMER, session_id="1"), 0)
    assert checked.get("a") is None


def test_a_session_that_ends_while_its_token_is_authenticated_is_not_kept(current):
    checked = tokens.CheckedTokens()
    checked.drop("1")
    checked.add("a", viewer("1"), 0)
    assert checked.get("a") is None


def test_nothing_is_kept_after_more_ends_than_are_remembered(current, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_ENDED", 2)
    checked = tokens.CheckedTokens()
    for session_id in ("1", "2", "3"):
        checked.drop(session_id)
    checked.add("a", viewer("1"), 0)
    assert checked.get("a") is None


def test_the_number_of_tokens_is_bounded(current, monkeypatch):
    monkeypatch.setattr(tokens, "MAX_TOKENS", 2)
    checked = tokens.CheckedTokens()
    for session_id in "123":
        checked.add(session_id, viewer(session_id), 0)
    assert [token for token in "123" if checked.get(token)] == ["2", "3"]


def test_the_other_sessions_of_a_user_are_dropped(current):
    checked = tokens.CheckedTokens()
    for session_id in "123":
        checked.add(session_id, viewer(session_id), 0)
    checked.drop_others(viewer("2"))
    assert [token for token in "123" if checked.get(token)] == ["2"]


@given(
    st.lists(st.tuples(st.sampled_from(["request", "end", "end during a request"]), st.sampled_from("AB")), max_size=30)
)
def test_an_ended_session_is_never_accepted(steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "is_current", lambda: True)
        checked, ended = tokens.CheckedTokens(), set()
        for step, token in steps:
            if step == "end":
                ended.add(token)
                checked.drop(token)
                continue
            ends, is_open = checked.ends, token not in ended
            if step == "end during a request":
                ended.add(token)
                checked.drop(token)
            if is_open and checked.get(token) is None:
                checked.add(token, viewer(token), ends)
            assert checked.get(token) is None or token not in ended


def test_memory_is_used_only_while_the_ends_of_sessions_are_known(monkeypatch, settings):
    now = time.monotonic()
    monkeypatch.setattr(tokens, "monotonic", lambda: now)
    monkeypatch.setattr(broadcast, "current_at", lambda name: now - 0.09)
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert tokens.is_current()
    monkeypatch.setattr(broadcast, "current_at", lambda name: now - 0.11)
    assert not tokens.is_current()
    monkeypatch.setattr(broadcast, "current_at", lambda name: broadcast.NEVER)
    assert not tokens.is_current()


@pytest.mark.parametrize("reason", ["another process", "PostgreSQL"])
def test_memory_is_not_used_where_events_can_be_delayed(monkeypatch, settings, reason):
    monkeypatch.setattr(broadcast, "current_at", lambda name: time.monotonic())
    if reason == "another process":
        settings.CONTEXTS = ["gateway"]
    else:
        monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")
    assert not tokens.is_current()


@pytest.mark.django_db
def test_a_second_request_does_not_authenticate_the_token_again(ann, current, authentications):
    assert client.data(WHO, ann.token) == client.data(WHO, ann.token)
    assert authentications == [ann.token]


@pytest.mark.django_db
@pytest.mark.parametrize("mutation", ["logOut", "revokeOtherSessions"])
def test_a_session_that_is_ended_by_a_request_is_refused_at_once(ann, current, mutation):
    other = shop.logged_in(ann.email)
    client.data(WHO, ann.token)
    client.data(f"mutation {{ {mutation} {{ __typename }} }}", ann.token if mutation == "logOut" else other.token)
    assert client.code(WHO, ann.token) == "UNAUTHENTICATED"


def log_in(email):
    with acting.as_stranger():
        return rpc.connect(sessions.SessionsService).log_in(email, shop.PASSWORD, "a test", None)


def revoke(user_id, session_ids, moments):
    """End sessions one after the other, and note when each end was committed."""
    with acting.as_customer(user_id):
        for session_id in session_ids:
            rpc.connect(sessions.SessionsService).revoke(session_id)
            moments[session_id] = time.monotonic()
            time.sleep(0.05)
    connections.close_all()


@pytest.fixture
def following():
    """This process follows the ends of sessions, as the subscription of the gateway does."""
    (subscription,) = [each for each in subscriptions.SUBSCRIPTIONS if each.name == tokens.SUBSCRIPTION]
    follower = broadcast.Broadcast(subscription.topic, "gateway", subscription.kinds)
    follower.patience = subscription.patience
    follower.subscribe(subscription.handle)
    broadcast._running[subscription.name] = follower
    follower.start()
    limit = time.monotonic() + 60
    while not tokens.is_current():
        assert time.monotonic() < limit
        time.sleep(0.01)
    yield
    follower.stop()
    follower.join(60)
    broadcast._running.pop(subscription.name)


@pytest.mark.skipif(not IS_SQLITE, reason="On PostgreSQL every request asks the sessions service.")
@pytest.mark.django_db(transaction=True)
def test_a_session_that_another_thread_ends_is_refused_after_100_ms(ann, authentications, following):
    checked = {login.session.id: login.token for login in [log_in(ann.email) for _ in range(6)]}
    moments, accepted, requests = {}, [], len(checked)
    revoking = threading.Thread(target=revoke, args=(ann.id, list(checked), moments))
    for token in checked.values():
        client.data(WHO, token)
    revoking.start()
    while revoking.is_alive() or time.monotonic() < max(moments.values()) + 0.2:
        for session_id, token in checked.items():
            began, requests = time.monotonic(), requests + 1
            if "errors" not in client.ask(WHO, token):
                accepted.append((session_id, began))
    revoking.join()
    assert len(moments) == len(checked)
    late = [began - moments[session_id] for session_id, began in accepted if began > moments[session_id] + 0.1]
    assert late == []
    assert len(authentications) < requests, "No request was answered from memory."
    assert all(client.code(WHO, token) == "UNAUTHENTICATED" for token in checked.values())
