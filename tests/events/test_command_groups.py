"""Commands of concurrent threads are decided and committed in groups, and each has the outcome that it would have alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from idl import inventory
from tests.events.test_decider import Shelf, evolve, receive, take
from thriftshop import call_context, events
from thriftshop.events import envelope, streams, wakeups
from thriftshop.events.streams import Write
from thriftshop.rpc import deadlines, reflection
from thriftshop.rpc.call import Call

pytestmark = pytest.mark.django_db(transaction=True)

TIMEOUT_SECONDS = 60.0


@pytest.fixture
def shelves(event_store):
    return events.Decider("inventory", Shelf(), evolve)


class Gate:
    """Holds up the append to the stream FIRST until it is opened; records the number of writes of each append after it."""

    def __init__(self, monkeypatch):
        self.opened, self.reached = threading.Event(), threading.Event()
        self.appended, self.failure = [], None
        store = type(streams.of("inventory"))
        append = store.append

        def held_up(topic_streams, writes):
            if writes[0].stream == "FIRST":
                self.reached.set()
                assert self.opened.wait(TIMEOUT_SECONDS)
            elif self.opened.is_set():
                self.appended.append(len(writes))
                if self.failure:
                    raise self.failure
            return append(topic_streams, writes)

        monkeypatch.setattr(store, "append", held_up)


@pytest.fixture
def gate(shelves, monkeypatch):
    """An append that waits until the gate is opened, so that the commands after it form a group."""
    return Gate(monkeypatch)


def until(condition):
    limit = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.001)


def outcome(command):
    """A command's result, or its exception."""
    try:
        return command()
    except Exception as error:
        return error
    finally:
        connection.close()


def run_grouped(shelves, gate, *commands, meanwhile=lambda: None):
    """Run one command that is held up, and the others in one group after it; return the outcomes of the others."""
    with ThreadPoolExecutor(len(commands) + 1) as pool:
        first = pool.submit(outcome, lambda: shelves.decide("FIRST", receive(1)))
        assert gate.reached.wait(TIMEOUT_SECONDS)
        others = []
        for number, command in enumerate(commands, start=1):
            others.append(pool.submit(outcome, command))
            until(lambda number=number: len(shelves._queue._waiting) == number)
        meanwhile()
        assert not any(future.done() for future in (first, *others))
        gate.opened.set()
        assert first.result().version == 1
        return [future.result() for future in others]


def test_commands_that_wait_together_are_appended_together(shelves, gate):
    results = run_grouped(
        shelves, gate, *(lambda sku=f"SKU-{number}": shelves.decide(sku, receive(3)) for number in range(8))
    )
    assert [result.state for result in results] == [Shelf(3)] * 8
    assert gate.appended == [8]


def test_each_command_on_one_stream_is_decided_on_the_state_after_the_one_before(shelves, gate):
    results = run_grouped(shelves, gate, *(lambda: shelves.decide("MUG", receive(1)) for _ in range(8)))
    assert [(result.version, result.state.quantity) for result in results] == [(n, n) for n in range(1, 9)]
    assert gate.appended == [8]
    assert [record.version for record in shelves.history("MUG")] == list(range(1, 9))


def test_nobody_gets_what_others_of_the_group_took(shelves, gate):
    shelves.decide("MUG", lambda _: [])  # known at its start
    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("MUG", receive(2)),
        *(lambda: shelves.decide("MUG", take(1)) for _ in range(5)),
    )
    assert [type(result).__name__ for result in results] == [*["Decided"] * 3, *["OutOfStock"] * 3]
    assert gate.appended == [3]
    assert shelves.load("MUG") == (Shelf(0), 3)


def test_a_decision_that_fails_leaves_the_others_of_the_group_written(shelves, gate):
    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("MUG", receive(1)),
        lambda: shelves.decide("MUG", lambda shelf: 1 / 0),
        lambda: shelves.decide("MUG", receive(1)),
    )
    assert isinstance(results[1], ZeroDivisionError)
    assert [results[0].version, results[2].version] == [1, 2]


def test_an_event_that_violates_its_contract_fails_its_own_command_only(shelves, gate):
    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("MUG", receive(1)),
        lambda: shelves.decide("MUG", receive(None), "broken"),
        lambda: shelves.decide("MUG", receive(2)),
        lambda: shelves.decide_many({"CUP": receive(1), "BOWL": receive(None)}),
    )
    assert [type(result).__name__ for result in results] == ["Decided", "TypeError", "Decided", "TypeError"]
    assert shelves.load("MUG") == (Shelf(3), 2)
    assert shelves.load("CUP") == (Shelf(0), 0)


def test_an_event_that_cannot_be_encoded_fails_its_own_command_only(shelves, gate):
    def invalid(_):
        return [inventory.StockCounted(counted=1, difference=1, reason=5)]

    counting = events.Decider("inventory", Shelf(), lambda shelf, event: shelf)
    results = run_grouped(
        counting,
        gate,
        lambda: counting.decide("MUG", receive(1)),
        lambda: counting.decide("MUG", invalid),
        lambda: counting.decide("MUG", receive(2)),
    )
    assert [type(result).__name__ for result in results] == ["Decided", "MalformedCall", "Decided"]
    assert [record.event.quantity for record in counting.history("MUG")] == [1, 2]


def test_a_stream_with_an_unknown_event_fails_its_own_command_only(shelves, gate, monkeypatch):
    streams.of("inventory").append([Write("NEW", 0, [inventory.StockReceived(quantity=1)])])
    decode = envelope.decode

    def as_older_code(payload):
        if decode(payload).stream == "NEW":
            raise envelope.UnknownEvent("a newer kind")
        return decode(payload)

    monkeypatch.setattr(envelope, "decode", as_older_code)
    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("MUG", receive(1)),
        lambda: shelves.decide("NEW", receive(1)),
        lambda: shelves.decide("CUP", receive(1)),
    )
    assert [type(result).__name__ for result in results] == ["Decided", "UnknownEvent", "Decided"]


def test_a_failure_of_the_store_is_raised_by_every_command_and_nothing_is_written(shelves, gate):
    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("MUG", receive(1)),
        lambda: shelves.decide("CUP", receive(1)),
        meanwhile=lambda: setattr(gate, "failure", OperationalError("the disk is full")),
    )
    assert [str(result) for result in results] == ["the disk is full"] * 2
    assert shelves.load_many(["MUG", "CUP"]) == {"MUG": (Shelf(0), 0), "CUP": (Shelf(0), 0)}


def test_a_key_used_twice_in_a_group_is_recorded_once(shelves, gate):
    results = run_grouped(shelves, gate, *(lambda: shelves.decide("MUG", receive(5), key="delivery") for _ in range(4)))
    assert sorted(result.repeated for result in results) == [False, True, True, True]
    assert shelves.load("MUG") == (Shelf(5), 1)


def test_a_repeated_command_leaves_the_others_of_its_stream_written(shelves, gate):
    streams.of("inventory").append([Write("MUG", 0, [inventory.StockReceived(quantity=5)], "delivery")])
    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("MUG", take(1)),
        lambda: shelves.decide("MUG", receive(5), key="delivery"),
        lambda: shelves.decide("MUG", take(1)),
    )
    assert [result.repeated for result in results] == [False, True, False]
    assert shelves.load("MUG") == (Shelf(3), 3)


def test_a_group_that_lost_a_race_is_decided_again_on_the_new_state(shelves, gate):
    shelves.decide_many({"MUG": lambda _: [], "CUP": lambda _: []})

    def write_elsewhere():
        streams.of("inventory").append([Write("MUG", 0, [inventory.StockReceived(quantity=3)])])

    results = run_grouped(
        shelves,
        gate,
        lambda: shelves.decide("CUP", receive(1)),
        *(lambda: shelves.decide("MUG", receive(1)) for _ in range(3)),
        meanwhile=write_elsewhere,
    )
    assert results[0].state == Shelf(1)
    assert sorted(result.version for result in results[1:]) == [2, 3, 4]
    assert shelves.load("MUG") == (Shelf(6), 4)


def test_each_event_has_the_call_context_of_its_own_command(shelves, gate):
    def decide_as(caller):
        seen = []

        def decision(_):
            seen.append(call_context.current().caller)
            return [inventory.StockReceived(quantity=1)]

        with call_context.using(caller=caller):
            return shelves.decide("MUG", decision), seen

    results = run_grouped(shelves, gate, *(lambda name=name: decide_as(name) for name in ("cart", "orders", "demo")))
    assert [decided.recorded[0].context.caller for decided, _ in results] == ["cart", "orders", "demo"]
    assert [seen[0] for _, seen in results] == ["cart", "orders", "demo"]


def enforced(seconds):
    """A call of the inventory whose deadline passes after so many seconds."""
    method = reflection.methods(inventory.InventoryService)["receive"]
    context = call_context.CallContext(caller="demo", deadline=time.monotonic() + seconds)
    return deadlines.enforced(Call(inventory.InventoryService, method, None, context))


def test_a_command_whose_deadline_passes_while_it_waits_is_not_written_and_the_others_are(shelves, gate):
    def decide_within(seconds, sku):
        with enforced(seconds):
            return shelves.decide(sku, receive(1))

    results = run_grouped(
        shelves,
        gate,
        lambda: decide_within(0.5, "MUG"),  # its thread commits for the others
        lambda: decide_within(600, "CUP"),
        lambda: shelves.decide("BOWL", receive(1)),
        meanwhile=lambda: time.sleep(0.6),
    )
    assert [type(result).__name__ for result in results] == ["DeadlineExceeded", "Decided", "Decided"]
    assert shelves.load("MUG") == (Shelf(0), 0)


def test_a_call_that_has_begun_to_write_is_finished_after_its_deadline(shelves):
    with enforced(0.2):
        shelves.decide("MUG", receive(1))
        time.sleep(0.3)
        assert shelves.decide("MUG", receive(1)).version == 2


def test_a_command_in_a_transaction_is_rolled_back_with_it(shelves, event_store):
    if event_store != "database":
        pytest.skip("Other stores take no part in transactions of the database.")
    with transaction.atomic():
        shelves.decide("MUG", receive(1))
        transaction.set_rollback(True)
    shelves.forget()
    assert shelves.load("MUG") == (Shelf(0), 0)


def test_those_who_wait_for_events_are_woken_once_for_a_group(shelves, gate):
    before = wakeups.count("inventory")
    run_grouped(shelves, gate, *(lambda: shelves.decide("MUG", receive(1)) for _ in range(8)))
    assert wakeups.count("inventory") == before + 2
