"""The server's bus thread: events arrive by themselves, and a group that fails holds up nobody else."""

import functools
import threading
import time

import pytest

from idl import inventory
from thriftshop import events
from thriftshop.events import bus, stores
from thriftshop.events.running import Runner
from thriftshop.events.stores import Write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running(monkeypatch):
    """Starts the bus thread with the given groups alone; stops it after the test."""
    runners = []

    def start(*groups, sweeps=()):
        monkeypatch.setattr(bus, "groups", functools.cache(lambda: groups))
        monkeypatch.setattr(bus, "sweeps", functools.cache(lambda: sweeps))
        runners.append(Runner())
        runners[0].start()
        return runners[0]

    yield start
    for runner in runners:
        runner.stop()


def receive(version: int) -> None:
    stores.store("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])
    bus.wake()


def until(condition) -> bool:
    """Waits for what must happen by itself; the limit only keeps a broken test from hanging."""
    limit = time.monotonic() + 120
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def test_what_is_recorded_reaches_its_groups_by_itself(running):
    seen = []
    running(events.Reaction("inventory.test", "inventory", lambda record: seen.append(record.version)))
    receive(0)
    assert until(lambda: seen == [1])
    receive(1)
    assert until(lambda: seen == [1, 2])


def test_a_group_that_cannot_go_on_holds_up_no_other(running):
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


def test_a_reaction_that_waits_long_holds_up_no_projection_and_no_other_reaction(running):
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


def test_periodic_work_that_waits_long_holds_up_no_event(running, monkeypatch):
    seen, done = [], threading.Event()
    running(
        events.Reaction("inventory.test", "inventory", lambda record: seen.append(record.version)),
        sweeps=(events.Sweep("inventory.frozen", 1, lambda: done.wait(240)),),
    )
    receive(0)
    try:
        assert until(lambda: seen == [1])
    finally:
        done.set()
