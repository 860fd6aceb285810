"""Commits in groups: all of a block at once or nothing of it, where nobody else is concerned."""

import contextlib
import sqlite3
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from apps.inventory.service import ledger
from idl import inventory
from tests import acting
from thriftshop import rpc
from thriftshop.database import transactions
from thriftshop.event_store.models import Event
from thriftshop.events import commits

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Commits are grouped on SQLite only."),
]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(commits, "_seen", threading.local())


def stock():
    return rpc.connect(inventory.InventoryService)


def receive(key, sku="MUG", quantity=3):
    with acting.as_service("trade"):
        stock().receive(key, [inventory.StockLine(sku=sku, quantity=quantity)], None, None)


def on_hand(sku="MUG"):
    with acting.as_service("trade"):
        return stock().get_levels([sku])[0].on_hand


def write():
    Event.objects.create(topic="inventory", stream="CUP", version=1, kind="x", occurred_at=0, payload=b"")


@transaction.atomic
def write_and_fail():
    write()
    raise LookupError


@commits.together()
def receive_and_be_interrupted():
    receive("d1")
    raise KeyboardInterrupt


@commits.together()
def write_and_pass_over_a_failure():
    write()
    with contextlib.suppress(IntegrityError):
        write()


def seen_by_others():
    """How many events another connection to the same database sees."""
    other = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    try:
        return other.execute("SELECT count(*) FROM events_event").fetchone()[0]
    finally:
        other.close()


def test_calls_are_made_and_answered_inside_and_others_see_all_of_it_at_the_end():
    with commits.together():
        receive("d1")
        receive("d2")
        assert on_hand() == 6
        assert seen_by_others() == 0
    assert seen_by_others() == 2
    assert on_hand() == 6


def test_what_fails_inside_is_taken_back_by_itself():
    with commits.together():
        receive("d1")
        with pytest.raises(LookupError):
            write_and_fail()
        receive("d1")
        receive("d2")
    assert (on_hand(), on_hand("CUP")) == (6, 0)
    assert seen_by_others() == 2


def test_a_block_that_fails_leaves_nothing_and_nothing_is_remembered_of_it():
    receive("d0", quantity=1)
    with pytest.raises(KeyboardInterrupt):
        receive_and_be_interrupted()
    assert seen_by_others() == 1
    assert ledger.stock._recall("MUG") is None
    receive("d2")
    assert on_hand() == 4
    assert [one.version for one in ledger.stock.history("MUG")] == [1, 2]


def test_a_failure_that_was_passed_over_is_told():
    with pytest.raises(transaction.TransactionManagementError, match="passed over"):
        write_and_pass_over_a_failure()
    assert seen_by_others() == 0


def test_a_call_inside_a_plain_transaction_is_refused_there_too():
    with commits.together(), pytest.raises(rpc.Fault, match="inside a database transaction"), transaction.atomic():
        receive("d1")
    assert seen_by_others() == 0


def test_while_others_write_too_each_transaction_is_committed_by_itself():
    with commits.together():
        receive("d1")
    other = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    other.execute("INSERT INTO events_lease (name, holder, held_until) VALUES ('x', '', 0)")
    other.commit()
    other.close()
    with commits.together():
        receive("d2")
        assert seen_by_others() == 2


def test_inside_a_transaction_it_is_part_of_that():
    with transaction.atomic():
        with commits.together():
            write()
            assert transactions.is_open()
        transaction.set_rollback(True)
    assert seen_by_others() == 0


@pytest.mark.parametrize("elsewhere", ["events", "calls", "contexts"])
def test_where_any_of_it_could_be_kept_elsewhere_it_is_not_held_back(elsewhere, settings):
    if elsewhere == "events":
        settings.EVENT_STORES = settings.EVENT_STORES | {"cart": "thriftshop.events.streams.memory.MemoryStreams"}
    elif elsewhere == "calls":
        settings.RPC_TRANSPORT = "http"
    else:
        settings.MONOLITH = False
    with commits.together():
        with transaction.atomic():
            write()
        assert seen_by_others() == 1
