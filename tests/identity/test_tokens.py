"""Viewer tokens: signed, short-lived, for one audience."""

import pytest

from idl import common
from tests import acting
from thriftshop import clock, identity

VIEWER = common.Viewer(id="u1", role=common.Role.CUSTOMER, session_id="s1")


def test_a_viewer_token_contains_the_viewer():
    assert identity.verify(identity.sign(VIEWER)) == VIEWER


def test_a_changed_token_is_refused():
    token = identity.sign(VIEWER)
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    with pytest.raises(identity.InvalidIdentityToken):
        identity.verify(changed)


def test_a_viewer_token_expires_after_a_minute(settings, monkeypatch):
    settings.DEADLINE_FACTOR = 600  # extends the deadlines of calls, not the lifetime of tokens
    token = identity.sign(VIEWER)
    later = clock.now() + 61_000
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(identity.InvalidIdentityToken, match="has expired"):
        identity.verify(token)


def test_viewer_keys_can_be_rotated(settings):
    old, new = "o" * 40, "n" * 40
    settings.VIEWER_KEYS = [old]
    token = identity.sign(VIEWER)
    settings.VIEWER_KEYS = [new, old]
    assert identity.verify(token) == VIEWER
    settings.VIEWER_KEYS = [new]
    with pytest.raises(identity.InvalidIdentityToken):
        identity.verify(token)


@pytest.mark.parametrize(
    ("who", "sees_customer", "works_here"),
    [
        (acting.as_stranger, False, False),
        (acting.as_customer, True, False),
        (lambda: acting.as_customer(acting.OTHER), False, False),
        (acting.as_staff, True, True),
        (lambda: acting.as_service("orders"), True, True),
        (lambda: acting.as_service(""), False, False),
    ],
    ids=["stranger", "owner", "another", "staff", "service", "nobody"],
)
def test_a_customers_data_is_shown_to_permitted_viewers_only(who, sees_customer, works_here):
    with who():
        assert identity.may_see(acting.CUSTOMER) is sees_customer
        assert identity.is_staff() is works_here


def test_data_without_an_owner_is_for_staff_and_services():
    with acting.as_customer():
        assert not identity.may_see(None)
    with acting.as_staff():
        assert identity.may_see(None)


def test_a_viewer_token_is_valid_for_its_audience_only():
    token = identity.sign(VIEWER, "cart")
    assert identity.verify(token, "cart") == VIEWER
    with pytest.raises(identity.InvalidIdentityToken, match="for 'cart', not for 'orders'"):
        identity.verify(token, "orders")


def test_a_viewer_token_without_an_audience_is_refused_by_services():
    with pytest.raises(identity.InvalidIdentityToken, match="nobody"):
        identity.verify(identity.sign(VIEWER), "orders")


def test_a_token_for_another_service_keeps_its_issue_time(settings, monkeypatch):
    settings.DEADLINE_FACTOR = 1
    token, now = identity.sign(VIEWER, "cart"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 40_000)
    passed_on = identity.reissue(token, "orders")
    assert identity.verify(passed_on, "orders") == VIEWER
    monkeypatch.setattr(clock, "now", lambda: now + 61_000)
    with pytest.raises(identity.InvalidIdentityToken, match="has expired"):
        identity.verify(passed_on, "orders")


def test_a_forged_token_is_not_reissued():
    with pytest.raises(identity.InvalidIdentityToken):
        identity.reissue("not a token", "orders")


def test_a_token_from_the_future_is_refused(monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 60_000)
    token = identity.sign(VIEWER)
    monkeypatch.setattr(clock, "now", lambda: now)
    with pytest.raises(identity.InvalidIdentityToken, match="future"):
        identity.verify(token)
