"""The viewer's statement: genuine, short-lived, and checkable by any holder of the keys."""

import pytest

from idl import common
from tests import acting
from thriftshop import clock, identity

VIEWER = common.Viewer(id="u1", role=common.Role.CUSTOMER, session_id="s1")


def test_a_statement_says_who_signed_it_in():
    assert identity.verify(identity.sign(VIEWER)) == VIEWER


def test_a_statement_with_one_character_changed_is_refused():
    statement = identity.sign(VIEWER)
    changed = ("A" if statement[0] != "A" else "B") + statement[1:]
    with pytest.raises(common.Unauthenticated):
        identity.verify(changed)


def test_a_statement_outlives_its_minute_nowhere(settings, monkeypatch):
    settings.DEADLINE_FACTOR = 1
    statement = identity.sign(VIEWER)
    later = clock.now() + 61_000
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(common.Unauthenticated, match="too long ago"):
        identity.verify(statement)


def test_keys_can_be_rotated_without_a_gap(settings):
    old, new = "o" * 40, "n" * 40
    settings.VIEWER_KEYS = [old]
    statement = identity.sign(VIEWER)
    settings.VIEWER_KEYS = [new, old]
    assert identity.verify(statement) == VIEWER
    settings.VIEWER_KEYS = [new]
    with pytest.raises(common.Unauthenticated):
        identity.verify(statement)


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
def test_who_may_see_what_belongs_to_a_customer(who, sees_customer, works_here):
    with who():
        assert identity.may_see(acting.CUSTOMER) is sees_customer
        assert identity.is_staff() is works_here


def test_what_belongs_to_nobody_is_for_staff_and_services():
    with acting.as_customer():
        assert not identity.may_see(None)
    with acting.as_staff():
        assert identity.may_see(None)
