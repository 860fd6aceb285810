"""Group commits: a block is committed as a whole or not at all, if this connection is the only writer."""

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
def only_writer(monkeypatch):
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


@commits.group_commits()
def receive_and_interrupt():
    receive("d1")
    raise KeyboardInterrupt


@commits.group_commits()
def write_and_suppress_an_error():
    write()
    with contextlib.suppress(IntegrityError):
        write()


def committed_events():
    """The number of events that another connection to the same database sees."""
    other = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    try:
        return other.execute("SELECT count(*) FROM events_event").fetchone()[0]
    finally:
        other.close()


def test_calls_in_the_block_see_its_events_and_other_connections_see_them_at_its_end():
    with commits.group_commits():
        receive("d1")
        receive("d2")
        assert on_hand() == 6
        assert committed_events() == 0
    assert committed_events() == 2
    assert on_hand() == 6


def test_a_transaction_that_fails_in_the_block_is_rolled_back_alone():
    with commits.group_commits():
        receive("d1")
        with pytest.raises(LookupError):
            write_and_fail()
        receive("d1")
        receive("d2")
    assert (on_hand(), on_hand("CUP")) == (6, 0)
    assert committed_events() == 2


def test_a_block_that_fails_stores_nothing_and_caches_nothing():
    receive("d0", quantity=1)
    with pytest.raises(KeyboardInterrupt):
        receive_and_interrupt()
    assert committed_events() == 1
    assert ledger.stock._cached("MUG") is None
    receive("d2")
    assert on_hand() == 4
    assert [record.version for record in ledger.stock.history("MUG")] == [1, 2]


def test_a_suppressed_database_error_fails_the_block():
    with pytest.raises(transaction.TransactionManagementError, match="suppressed"):
        write_and_suppress_an_error()
    assert committed_events() == 0


def test_a_call_inside_a_transaction_in_the_block_is_refused():
    with commits.group_commits(), pytest.raises(rpc.Fault, match="inside a database transaction"), transaction.atomic():
        receive("d1")
    assert committed_events() == 0


def test_each_transaction_is_committed_separately_while_other_connections_write():
    with commits.group_commits():
        receive("d1")
    other = sqlite3.connect(connection.settings_dict["NAME"], uri=True)
    other.execute("INSERT INTO events_lease (name, holder, held_until) VALUES ('x', '', 0)")
    other.commit()
    other.close()
    with commits.group_commits():
        receive("d2")
        assert committed_events() == 2


def test_a_block_inside_a_transaction_belongs_to_it():
    with transaction.atomic():
        with commits.group_commits():
            write()
            assert transactions.is_open()
        transaction.set_rollback(True)
    assert committed_events() == 0


@pytest.mark.parametrize("elsewhere", ["events", "calls", "contexts"])
def test_each_transaction_is_committed_separately_if_any_part_is_in_another_process(elsewhere, settings):
    if elsewhere == "events":
        settings.EVENT_STORES = settings.EVENT_STORES | {"cart": "thriftshop.events.streams.memory.MemoryStreams"}
    elif elsewhere == "calls":
        settings.RPC_TRANSPORT = "http"
    else:
        settings.MONOLITH = False
    with commits.group_commits():
        with transaction.atomic():
            write()
        assert committed_events() == 1
