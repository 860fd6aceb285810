"""Repeated failures: the first in full, the others counted."""

import logging

import pytest

from thriftshop.telemetry import repeats


@pytest.fixture
def now(monkeypatch):
    """The moment, which the test moves on."""
    moment = [1_000.0]
    monkeypatch.setattr(repeats.time, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def failures():
    return repeats.Repeats(logging.getLogger("thriftshop.test"))


def fail(failures, text="no such table: events_consumer", group="orders.saga"):
    try:
        raise ValueError(text)
    except ValueError as error:
        failures.report(logging.ERROR, "group failed", group, error, {"group": group})


def test_a_hundred_failures_are_one_traceback_and_one_line_a_minute(failures, now, caplog):
    for _ in range(119):
        fail(failures)
        now[0] += 0.5
    assert [(record.message, bool(record.exc_info)) for record in caplog.records] == [("group failed", True)]
    now[0] += 0.5
    fail(failures)
    last = caplog.records[-1]
    assert (last.message, last.exc_info) == ("group failed … repeated 119 times", None)
    assert (last.group, last.problem) == ("orders.saga", "ValueError('no such table: events_consumer')")


def test_another_kind_and_another_subject_are_logged_in_full(failures, now, caplog):
    fail(failures)
    fail(failures, "disk I/O error")
    fail(failures, group="orders.letters")
    assert len([record for record in caplog.records if record.exc_info]) == 3


def test_two_kinds_in_turn_are_each_logged_once(failures, now, caplog):
    for _ in range(50):
        fail(failures)
        fail(failures, "disk I/O error")
    assert len(caplog.records) == 2


def test_only_the_latest_kinds_are_stored(failures, now, caplog):
    for letter in "abcdefghijklmnopqrstuvwxyz":
        fail(failures, letter)
    fail(failures, "z")
    assert len(caplog.records) == 26
    fail(failures, "a")
    assert len(caplog.records) == 27


def test_numbers_do_not_distinguish_kinds(failures, now, caplog):
    for port in range(5):
        fail(failures, f"connection to port {port} refused")
    assert len(caplog.records) == 1


def test_a_recovery_is_logged_with_the_number_of_failures(failures, now, caplog):
    caplog.set_level(logging.INFO)
    failures.recovered("group failed", "orders.saga")
    assert not caplog.records
    for _ in range(3):
        fail(failures)
    failures.recovered("group failed", "orders.saga", {"group": "orders.saga"})
    assert (caplog.records[-1].message, caplog.records[-1].times) == ("group failed: no longer", 3)
    fail(failures)
    assert caplog.records[-1].exc_info
