"""Snapshots: a long stream is read from one, with the state that all of its events have; wrong ones are ignored."""

import importlib
import itertools
import sys
from dataclasses import replace

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.inventory import domain
from apps.inventory.service import ledger
from idl import inventory
from tests.events.test_decider import Shelf, evolve, receive
from thriftshop import events
from thriftshop.events import decider, snapshots, streams

pytestmark = pytest.mark.django_db


class Replays:
    """An `evolve` that counts the events that it is called with."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, shelf: Shelf, event: object) -> Shelf:
        self.count += 1
        return evolve(shelf, event)


@pytest.fixture
def replays(event_store, monkeypatch):
    monkeypatch.setattr(snapshots, "EVERY", 5)
    counting = Replays()
    counting.__module__ = __name__
    return counting


@pytest.fixture
def shelves(replays):
    return events.Decider("inventory", Shelf(), replays, has_snapshots=True)


def stored(shelves, stream: str = "MUG") -> streams.Snapshot | None:
    """The snapshot of a stream."""
    found, _ = streams.of("inventory").read_from_snapshots({stream: 0}, shelves._snapshots.fingerprint)
    return found[0] if found else None


def fill(shelves, count: int, stream: str = "MUG") -> None:
    for _ in range(count):
        shelves.decide(stream, receive(2))


def load_anew(shelves, replays, stream: str = "MUG") -> tuple[Shelf, int, int]:
    """State and version as a new process loads them, and the number of events that it replays."""
    shelves.forget()
    replays.count = 0
    return *shelves.load(stream), replays.count


def test_a_long_stream_is_read_from_its_newest_snapshot(shelves, replays):
    fill(shelves, 13)
    assert stored(shelves).version == 10
    assert load_anew(shelves, replays) == (Shelf(26), 13, 3)
    assert shelves.decide("MUG", receive(1)).version == 14
    assert load_anew(shelves, replays) == (Shelf(27), 14, 4)


def test_a_command_with_several_events_that_passes_the_interval_leaves_a_snapshot_after_its_last_event(shelves):
    fill(shelves, 3)
    shelves.decide("MUG", lambda _: [inventory.StockReceived(quantity=1)] * 4)
    assert stored(shelves).version == 7


def test_a_short_stream_has_no_snapshot(shelves, replays):
    fill(shelves, 4)
    assert stored(shelves) is None
    assert load_anew(shelves, replays) == (Shelf(8), 4, 4)


def test_many_streams_are_read_from_their_snapshots_or_their_start(shelves, replays):
    for stream, count in (("MUG", 7), ("CUP", 3), ("POT", 5), ("JAR", 12)):
        fill(shelves, count, stream)
    shelves.forget()
    shelves.load("POT")
    replays.count = 0
    expected = {"MUG": (Shelf(14), 7), "NEW": (Shelf(), 0), "CUP": (Shelf(6), 3), "POT": (Shelf(10), 5)}
    assert shelves.load_many([*expected, "JAR"]) == expected | {"JAR": (Shelf(24), 12)}
    assert replays.count == 2 + 3 + 0 + 2


def test_a_missing_snapshot_is_made_by_the_first_process_that_replays_the_stream(shelves, replays):
    plain = events.Decider("inventory", Shelf(), evolve)
    fill(plain, 12)
    assert stored(shelves) is None
    assert load_anew(shelves, replays) == (Shelf(24), 12, 12)
    assert stored(shelves).version == 12
    assert load_anew(shelves, replays) == (Shelf(24), 12, 0)


def test_a_snapshot_of_other_code_is_ignored_and_replaced(shelves, replays):
    fill(shelves, 12)
    shelves._snapshots.__dict__["fingerprint"] = "of a newer version"
    assert load_anew(shelves, replays) == (Shelf(24), 12, 12)
    assert stored(shelves).fingerprint == "of a newer version"
    assert load_anew(shelves, replays) == (Shelf(24), 12, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 99},
        {"event_id": "of an event that is gone"},
        {"state": b"\xc1"},
        {"state": b"\x81\xa8quantity\xa1x"},
    ],
    ids=["beyond the stream", "another event", "not encoded", "another type"],
)
def test_a_snapshot_that_does_not_fit_its_stream_is_ignored_and_replaced(shelves, replays, change):
    fill(shelves, 12)
    streams.of("inventory").save_snapshots([replace(stored(shelves), **change)])
    assert load_anew(shelves, replays) == (Shelf(24), 12, 12)
    assert load_anew(shelves, replays) == (Shelf(24), 12, 0)


def test_a_snapshot_that_cannot_be_stored_fails_no_command(shelves, replays, monkeypatch, caplog):
    def fail(*_):
        raise OperationalError("the disk is full")

    monkeypatch.setattr(type(streams.of("inventory")), "save_snapshots", fail)
    fill(shelves, 6)
    assert load_anew(shelves, replays) == (Shelf(12), 6, 6)
    assert "snapshots are not stored" in caplog.text


def test_levels_of_a_hundred_skus_with_long_ledgers_take_one_query(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(snapshots, "EVERY", 5)
    skus = [f"SKU-{number}" for number in range(100)]
    for turn in range(7):
        ledger.record(f"delivery-{turn}", {sku: lambda _: domain.receive(1) for sku in skus})
    decider.forget_all()
    with django_assert_num_queries(1):
        assert {level.on_hand for level in ledger.levels(skus)} == {7}


numbers = itertools.count()
QUANTITIES = st.integers(1, 9)
COMMANDS = st.lists(
    st.one_of(
        st.builds(inventory.StockReceived, quantity=QUANTITIES),
        st.builds(
            inventory.StockReserved,
            reservation_id=st.sampled_from("abc"),
            quantity=QUANTITIES,
            expires_at=st.integers(1, 9),
            firm=st.sampled_from([True, None]),
        ),
        st.builds(inventory.StockAllocated, reservation_id=st.sampled_from("abc")),
        st.builds(inventory.StockShipped, reservation_id=st.sampled_from("abc"), quantity=QUANTITIES),
    ),
    min_size=1,
    max_size=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(COMMANDS)
def test_stock_from_snapshots_equals_stock_replayed_from_the_first_event(db, monkeypatch, commands):
    monkeypatch.setattr(snapshots, "EVERY", 3)
    ledger.stock.forget()
    stream, state = f"SKU-{next(numbers)}", domain.EMPTY
    for event in commands:
        ledger.stock.decide(stream, lambda _, event=event: [event])
        state = domain.evolve(state, event)
        ledger.stock.forget()
        assert ledger.stock.load(stream)[0] == state


def test_the_fingerprint_changes_with_any_file_of_the_domain(tmp_path, monkeypatch):
    folder = tmp_path / "fingerprinted" / "domain"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("def evolve(state, event):\n    return state\n")
    (folder / "rules.py").write_text("LIMIT = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("fingerprinted.domain")
    first = snapshots.Snapshots("inventory", (), module.evolve).fingerprint
    assert snapshots.Snapshots("inventory", (), module.evolve).fingerprint == first
    assert snapshots.Snapshots("cart", (), module.evolve).fingerprint != first
    (folder / "rules.py").write_text("LIMIT = 2\n")
    assert snapshots.Snapshots("inventory", (), module.evolve).fingerprint != first
    del sys.modules["fingerprinted.domain"], sys.modules["fingerprinted"]
