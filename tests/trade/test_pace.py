"""The work of the platform during a replay: no group reads the same events twice."""

import pytest

from idl import inventory
from thriftshop import call_context, events
from thriftshop.events import checkpoints, feed, processor, progress

pytestmark = pytest.mark.django_db


def append(stream, *facts):
    with call_context.using(caller="trade"):
        events.Decider("inventory", 0, lambda state, _: state + 1).decide(stream, lambda _: list(facts))


def test_a_group_skips_events_of_other_kinds_only_once():
    taken = []
    rare = events.Projection("inventory.rare", "inventory", taken.extend, (), kinds=frozenset({"StockCounted"}))
    append("A", inventory.StockReceived(quantity=1), inventory.StockReceived(quantity=2))
    assert processor.process(rare) == 0
    assert checkpoints.load(rare, [0])[0].cursor == feed.of("inventory").ends()[0]
    append("A", inventory.StockReceived(quantity=1), inventory.StockCounted(counted=3, difference=-1, reason="x"))
    assert processor.process(rare) == 1
    assert processor.process(rare) == 0
    assert [record.kind for record in taken] == ["StockCounted"]


def test_some_groups_can_be_run_without_the_others():
    first, second = [], []
    one, other = (
        events.Projection(f"inventory.{name}", "inventory", into.extend, ())
        for name, into in (("one", first), ("other", second))
    )
    append("A", inventory.StockReceived(quantity=1), inventory.StockReceived(quantity=2))
    assert progress.catch_up(of=[one]) == 2
    assert (len(first), len(second)) == (2, 0)
    assert progress.catch_up(of=[one, other]) == 2
    assert (len(first), len(second)) == (2, 2)
