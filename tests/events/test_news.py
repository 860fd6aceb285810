"""News: which consumer groups new events concern."""

import time

import pytest

from idl import inventory
from thriftshop import events
from thriftshop.events import news, streams, wakeups
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db


def receive(version: int) -> None:
    streams.of("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])
    wakeups.notify("inventory")


@pytest.fixture(autouse=True)
def unwatched(monkeypatch):
    """Other tests have left nothing behind."""
    monkeypatch.setattr(wakeups, "_watched_until", {})


@pytest.fixture
def looked():
    """News of three groups that have looked at the topic before."""
    members = [
        events.Reaction("inventory.all", "inventory", lambda record: None),
        events.Reaction("inventory.receipts", "inventory", lambda record: None, frozenset({"StockReceived"})),
        events.Reaction("inventory.counts", "inventory", lambda record: None, frozenset({"StockCounted"})),
    ]
    looked = news.News(members)
    assert looked.groups() == {"inventory.all", "inventory.receipts", "inventory.counts"}
    return looked


def test_only_groups_that_process_the_new_kinds_are_concerned(looked):
    receive(0)
    assert looked.groups() == {"inventory.all", "inventory.receipts"}
    assert looked.groups() == set()


def test_events_of_other_processes_are_found_without_a_wake_up(looked, monkeypatch):
    streams.of("inventory").append([Write("MUG", 0, [inventory.StockReceived(quantity=1)])])
    monkeypatch.setattr(looked, "_all_seen_at", float("-inf"))
    assert looked.groups() == {"inventory.all", "inventory.receipts"}


def test_every_group_is_concerned_by_more_events_than_are_looked_at(looked, monkeypatch):
    monkeypatch.setattr(news, "BATCH", 1)
    receive(0)
    assert looked.groups() == {"inventory.all", "inventory.receipts", "inventory.counts"}


def test_a_failed_look_is_repeated(looked, monkeypatch):
    receive(0)
    with monkeypatch.context() as patched:
        patched.setattr(news.envelope, "decode_shared", lambda payload: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            looked.groups()
    assert looked.groups() == {"inventory.all", "inventory.receipts"}


def test_threads_that_wait_are_notified_of_the_events_of_other_processes(looked, monkeypatch):
    streams.of("inventory").append([Write("MUG", 0, [inventory.StockReceived(quantity=1)])])
    before = wakeups.count("inventory")
    monkeypatch.setattr(looked, "_all_seen_at", float("-inf"))
    looked.groups()
    assert wakeups.count("inventory") == before + 1
    looked.groups()
    assert wakeups.count("inventory") == before + 1


def test_topics_without_groups_are_looked_at(monkeypatch):
    looked = news.News([], ["inventory"])
    looked.groups()
    streams.of("inventory").append([Write("MUG", 0, [inventory.StockReceived(quantity=1)])])
    before = wakeups.count("inventory")
    monkeypatch.setattr(looked, "_all_seen_at", float("-inf"))
    assert looked.groups() == set()
    assert wakeups.count("inventory") == before + 1


def test_topics_are_watched_while_they_are_looked_at(looked, monkeypatch):
    assert 0 < wakeups.watched_seconds("inventory") <= news.WATCH_SECONDS
    assert wakeups.watched_seconds("cart") == 0
    monkeypatch.setattr(wakeups.time, "monotonic", lambda now=time.monotonic: now() + news.WATCH_SECONDS)
    assert wakeups.watched_seconds("inventory") == 0


def test_events_that_are_not_urgent_concern_nobody_by_themselves():
    received = frozenset({"StockReceived"})
    kinds = received | {"StockCounted"}
    net = events.Reaction("inventory.net", "inventory", lambda record: None, kinds, unhurried=received)
    every = events.Reaction("inventory.every", "inventory", lambda record: None, unhurried=received)
    looked = news.News([net, every])
    looked.groups()
    receive(0)
    assert looked.groups() == set()
    streams.of("inventory").append([Write("MUG", 1, [inventory.StockCounted(counted=1, difference=0, reason="count")])])
    wakeups.notify("inventory")
    assert looked.groups() == {"inventory.net", "inventory.every"}
