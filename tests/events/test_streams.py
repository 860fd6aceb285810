"""Streams behave the same in memory and in the database."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idl import inventory
from thriftshop import call_context, clock
from thriftshop.event_store.models import Event
from thriftshop.events import streams
from thriftshop.events.streams import Refused, Repeated, Write, Written
from thriftshop.events.streams.memory import MemoryStreams
from thriftshop.rpc import MalformedCall

pytestmark = pytest.mark.django_db


def received(quantity: int) -> inventory.StockReceived:
    return inventory.StockReceived(quantity=quantity)


def the_store():
    return streams.of("inventory")


def test_what_is_appended_is_read_back_in_order(event_store):
    the_store().append([Write("MUG", 0, [received(3), received(4)])])
    the_store().append([Write("MUG", 2, [received(5)])])
    found = the_store().read({"MUG": 0})["MUG"]
    assert [(one.version, one.event.quantity) for one in found] == [(1, 3), (2, 4), (3, 5)]


def test_reading_after_a_version_gives_only_what_follows(event_store):
    the_store().append([Write("MUG", 0, [received(1), received(2), received(3)])])
    assert [one.event.quantity for one in the_store().read({"MUG": 2})["MUG"]] == [3]


def test_a_stale_writer_is_refused_and_writes_nothing(event_store):
    the_store().append([Write("MUG", 0, [received(3)])])
    assert the_store().append([Write("MUG", 0, [received(9)])]) == [Refused()]
    assert len(the_store().read({"MUG": 0})["MUG"]) == 1


def test_a_writer_ahead_of_the_stream_is_refused(event_store):
    assert the_store().append([Write("MUG", 4, [received(3)])]) == [Refused()]
    assert the_store().count() == 0


def test_a_conflict_on_one_stream_leaves_the_others_written(event_store):
    the_store().append([Write("MUG", 0, [received(1)])])
    refused, written = the_store().append([Write("MUG", 0, [received(2)]), Write("CUP", 0, [received(3)])])
    assert refused == Refused()
    assert isinstance(written, Written)
    assert [one.event.quantity for one in the_store().read({"CUP": 0})["CUP"]] == [3]


def test_a_key_seen_before_is_not_taken_again(event_store):
    the_store().append([Write("MUG", 0, [received(3)], key="delivery-1")])
    (outcome,) = the_store().append([Write("MUG", 1, [received(3)], key="delivery-1")])
    assert isinstance(outcome, Repeated)
    assert outcome.recorded[0].version == 1
    assert len(the_store().read({"MUG": 0})["MUG"]) == 1


def test_the_same_key_serves_another_stream(event_store):
    outcomes = the_store().append([Write(sku, 0, [received(3)], key="delivery-1") for sku in ("MUG", "CUP")])
    assert all(isinstance(outcome, Written) for outcome in outcomes)


def test_an_event_that_breaks_its_contract_is_not_appended(event_store):
    with pytest.raises(MalformedCall, match=r"StockReceived\.quantity is required"):
        the_store().append([Write("MUG", 0, [inventory.StockReceived(reference="x")])])
    assert the_store().count() == 0


def test_a_number_out_of_its_range_is_not_appended(event_store):
    with pytest.raises(MalformedCall, match="out of its range"):
        the_store().append([Write("MUG", 0, [received(1 << 70)])])


def test_an_imported_event_keeps_both_moments(event_store):
    long_ago = clock.now() - 86_400_000
    with call_context.using(occurred_at=long_ago, caller="trade"):
        the_store().append([Write("MUG", 0, [received(3)])])
    (found,) = the_store().read({"MUG": 0})["MUG"]
    assert found.occurred_at == long_ago
    assert found.recorded_at > long_ago
    assert found.actor == "trade"


def test_a_scan_returns_every_event_in_the_order_of_its_stream(event_store):
    for number, sku in enumerate(["MUG", "CUP", "MUG"]):
        version = len(the_store().read({sku: 0})[sku])
        the_store().append([Write(sku, version, [received(number + 1)])])
    found = [(one.stream, one.event.quantity) for one in the_store().scan()]
    assert sorted(found) == [("CUP", 2), ("MUG", 1), ("MUG", 3)]
    assert [quantity for sku, quantity in found if sku == "MUG"] == [1, 3]
    assert list(the_store().scan({"StockWrittenOff"})) == []


def test_the_streams_of_another_process_cannot_be_used_here(settings):
    settings.CONTEXTS = ["cart"]
    with pytest.raises(streams.NotHosted, match="call its service, or add users to CONTEXTS"):
        streams.of("users")


@pytest.mark.parametrize("verb", ["UPDATE events_event SET kind = 'x'", "DELETE FROM events_event"])
def test_the_database_refuses_to_change_an_event(verb):
    the_store().append([Write("MUG", 0, [received(3)])])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert Event.objects.get().kind == "StockReceived"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE.")
def test_postgresql_refuses_to_truncate_the_events():
    the_store().append([Write("MUG", 0, [received(3)])])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_event")
    assert Event.objects.get().kind == "StockReceived"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=40
)
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(0, 4), st.integers(1, 9)), max_size=25))
def test_both_stores_answer_any_sequence_of_writes_alike(writes):
    memory, database = MemoryStreams("inventory"), streams.of("inventory")
    with transaction.atomic():
        for stream, expected, quantity in writes:
            write = Write(stream, expected, [received(quantity)], key=f"k{quantity}")
            kinds = [type(store.append([write])[0]) for store in (memory, database)]
            assert kinds[0] is kinds[1]
        for stream in "ABC":
            seen = [[one.event.quantity for one in store.read({stream: 0})[stream]] for store in (memory, database)]
            assert seen[0] == seen[1]
        transaction.set_rollback(True)


def test_writes_after_one_that_is_refused_are_refused_although_their_version_exists(event_store):
    log = the_store()
    log.append([Write("MUG", 0, [inventory.StockReceived(quantity=1)])])
    writes = [Write("MUG", version, [inventory.StockReceived(quantity=9)]) for version in (0, 1, 2)]
    outcomes = log.append([*writes, Write("CUP", 0, [inventory.StockReceived(quantity=2)])])
    assert [type(outcome).__name__ for outcome in outcomes] == ["Refused", "Refused", "Refused", "Written"]
    assert [record.event.quantity for record in log.read({"MUG": 0})["MUG"]] == [1]


def test_writes_to_one_stream_are_made_in_their_order(event_store):
    log = the_store()
    writes = [
        Write("MUG", version, [inventory.StockReceived(quantity=version)], f"key {version}") for version in (0, 1)
    ]
    assert all(isinstance(outcome, Written) for outcome in log.append(writes))
    assert [record.event.quantity for record in log.read({"MUG": 0})["MUG"]] == [0, 1]
