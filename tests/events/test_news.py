"""News: which consumer groups new events concern."""

import pytest

from idl import inventory
from thriftshop import events
from thriftshop.events import news, streams, wakeups
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db


def receive(version: int) -> None:
    streams.of("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])
    wakeups.notify("inventory")


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
