"""The threads of a server: events are processed by themselves, and a group that fails delays no other."""

import functools
import threading
import time

import pytest

from idl import inventory
from thriftshop import events
from thriftshop.events import groups, schedule, streams, wakeups
from thriftshop.events.streams import Write
from thriftshop.events.workers import Supervisor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running(monkeypatch):
    """Start the threads with the given groups and jobs only; stop them after the test."""
    runners = []

    def start(*members, jobs=()):
        monkeypatch.setattr(groups, "hosted", functools.cache(lambda: members))
        monkeypatch.setattr(schedule, "jobs", functools.cache(lambda: jobs))
        runners.append(Supervisor())
        runners[0].start()
        return runners[0]

    yield start
    for runner in runners:
        runner.stop()


def receive(version: int) -> None:
    streams.of("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])
    wakeups.notify()


def until(condition) -> bool:
    """Wait for a condition; the limit only keeps a failing test from hanging."""
    limit = time.monotonic() + 120
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def test_a_recorded_event_is_processed_by_itself(running):
    seen = []
    running(events.Reaction("inventory.test", "inventory", lambda record: seen.append(record.version)))
    receive(0)
    assert until(lambda: seen == [1])
    receive(1)
    assert until(lambda: seen == [1, 2])


def test_a_group_that_waits_delays_no_other(running):
    from django.db import OperationalError

    seen, tries = [], []

    def wait(record):
        tries.append(record.version)
        if len(tries) < 3:
            raise OperationalError("the mail server is away")

    running(
        events.Reaction("inventory.waits", "inventory", wait),
        events.Reaction("inventory.goes", "inventory", lambda record: seen.append(record.version)),
    )
    receive(0)
    assert until(lambda: seen == [1])
    assert until(lambda: len(tries) == 3)


def test_a_reaction_that_hangs_delays_no_projection_and_no_other_reaction(running):
    seen, done = [], threading.Event()
    running(
        events.Reaction("inventory.frozen", "inventory", lambda record: done.wait(240)),
        events.Projection("inventory.goes", "inventory", lambda records: seen.append("projection"), ()),
        events.Reaction("inventory.reacts", "inventory", lambda record: seen.append("reaction")),
    )
    receive(0)
    try:
        assert until(lambda: set(seen) == {"projection", "reaction"})
    finally:
        done.set()


def test_a_job_that_hangs_delays_no_event(running, monkeypatch):
    seen, done = [], threading.Event()
    running(
        events.Reaction("inventory.test", "inventory", lambda record: seen.append(record.version)),
        jobs=(events.Job("inventory.frozen", 1, lambda: done.wait(240)),),
    )
    receive(0)
    try:
        assert until(lambda: seen == [1])
    finally:
        done.set()
