"""Random commands of concurrent threads, also of two processes, on the same streams."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from idl import inventory
from tests.events.test_decider import Shelf, evolve, receive, take
from thriftshop import events

COMMANDS = st.lists(
    st.tuples(st.sampled_from(["receive", "take", "take many", "fail"]), st.sampled_from("ABC"), st.integers(0, 3)),
    min_size=1,
    max_size=40,
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("processes", [1, 2])
def test_concurrent_commands_never_take_more_than_there_is(event_store, processes):
    """Whatever the commands, keys and interleaving, also with a second process that writes to the same streams."""
    number = 0

    @settings(max_examples=8)
    @given(COMMANDS)
    def check(commands):
        nonlocal number
        number += 1
        deciders = [events.Decider("inventory", Shelf(), evolve) for _ in range(processes)]
        names = {letter: f"{letter}-{number}" for letter in "ABC"}
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda place: run(place, commands, names, deciders), range(len(commands))))
        check_streams(names, commands, outcomes)

    check()


def run(place, commands, names, deciders):
    """One command: its events by stream if it was acknowledged, an empty dictionary if it was refused."""
    kind, letter, key = commands[place]
    stream, decider = names[letter], deciders[place % len(deciders)]
    key = f"{kind} {letter} {key}" if key else None
    decisions = {
        "receive": {stream: receive(2)},
        "take": {stream: take(1)},
        "take many": {name: take(1) for name in names.values()},
        "fail": {stream: lambda shelf: 1 / 0},
    }[kind]
    try:
        return {stream: done.recorded for stream, done in decider.decide_many(decisions, key).items()}
    except (inventory.OutOfStock, ZeroDivisionError, events.Conflict):
        return {}
    finally:
        connection.close()


def check_streams(names, commands, outcomes):
    fresh = events.Decider("inventory", Shelf(), evolve)
    acknowledged = {record.id for outcome in outcomes for records in outcome.values() for record in records}
    written = set()
    for stream in names.values():
        history, shelf = fresh.history(stream), Shelf()
        assert [record.version for record in history] == list(range(1, len(history) + 1))
        for record in history:
            shelf = evolve(shelf, record.event)
            assert shelf.quantity >= 0
        written |= {record.id for record in history}
    assert acknowledged <= written
    by_key = Counter()
    for (kind, letter, key), recorded in zip(commands, outcomes, strict=True):
        if key and kind == "receive" and recorded:
            by_key[letter, key] |= 1
            assert len({record.id for records in recorded.values() for record in records}) == 1
    received = Counter(
        record.id
        for (kind, _, key), recorded in zip(commands, outcomes, strict=True)
        if key and kind == "receive"
        for records in recorded.values()
        for record in records
    )
    assert len(received) == len(by_key)
