"""Projections do not depend on the order of events of different streams, on batches, or on repeated events."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import conftest
from tests.events import history
from thriftshop.event_store.models import DeadLetter
from thriftshop.events import envelope, groups, rebuild, streams

pytestmark = pytest.mark.django_db

# Named one by one: a projection that is missing here fails a test.
PROJECTIONS = (
    "analytics.items",
    "analytics.logins",
    "analytics.names",
    "analytics.recommendations",
    "analytics.sales",
    "analytics.visits",
    "cart.summaries",
    "experiments.exposures",
    "experiments.flags",
    "experiments.operations",
    "experiments.purchases",
    "experiments.subjects",
    "inventory.ledger",
    "orders.guests",
    "orders.listing",
    "orders.names",
    "recommender.baskets",
    "recommender.products",
    "recommender.stock",
    "recommender.visits",
)

OF_ONE_STREAM = {"experiments.flags"}


@pytest.fixture(scope="module")
def rebuilt(django_db_setup, django_db_blocker, tmp_path_factory):
    """The events and the digests of the rebuilt tables of each projection, by its name."""
    testcase = transaction.atomic()
    testcase._from_testcase = True  # as in Django's TestCase: what is done inside may be durable
    with django_db_blocker.unblock(), testcase:
        conftest.forget()
        history.happen()
        yield {group.name: _rebuild(group) for group in groups.hosted() if isinstance(group, groups.Projection)}
        transaction.set_rollback(True)
    conftest.forget()


def _rebuild(projection):
    live = _digests(projection)
    events = list(streams.of(projection.topic).scan(projection.kinds))
    assert rebuild.rebuild(projection) == len(events)
    assert _digests(projection) == live
    return events, live


def _digests(projection):
    return {table._meta.label: rebuild.digest(table) for table in projection.tables}


def _empty(projection):
    for table in projection.tables:
        table._default_manager.all().delete()


def _interleaved(events, rng):
    """The events in another order that keeps the order within each stream."""
    waiting = {}
    for event in reversed(events):
        waiting.setdefault(event.stream, []).append(event)
    turns = [event.stream for event in events]
    rng.shuffle(turns)
    return [waiting[stream].pop() for stream in turns]


def _batches(events, rng):
    start = 0
    while start < len(events):
        size = rng.choice((1, 2, 5, 20, 500))
        yield events[start : start + size]
        start += size


def test_every_projection_is_tested(rebuilt):
    assert sorted(rebuilt) == sorted(PROJECTIONS)


def test_the_history_has_every_kind_of_event(rebuilt):
    for name, (events, _) in rebuilt.items():
        projection = groups.get(name)
        kinds = projection.kinds or envelope.kinds(projection.topic).keys()
        assert set(kinds) == {event.kind for event in events}, name
        assert len({event.stream for event in events}) > 1 or name in OF_ONE_STREAM
    assert not DeadLetter.objects.exists()


@pytest.mark.parametrize("name", PROJECTIONS)
def test_in_any_order_of_streams_and_in_any_batches_it_equals_the_rebuild(rebuilt, name):
    projection = groups.get(name)
    events, expected = rebuilt[name]

    @settings(max_examples=15)
    @given(st.randoms(use_true_random=False))
    def check(rng):
        with transaction.atomic():
            _empty(projection)
            for batch in _batches(_interleaved(events, rng), rng):
                projection.apply(batch)
            assert _digests(projection) == expected
            transaction.set_rollback(True)

    check()


@pytest.mark.parametrize("name", PROJECTIONS)
def test_repeated_events_change_nothing(rebuilt, name):
    """As after a crash: the feed is read again from an earlier cursor, in the same order and in other batches."""
    projection = groups.get(name)
    events, expected = rebuilt[name]

    @settings(max_examples=15)
    @given(st.randoms(use_true_random=False))
    def check(rng):
        with transaction.atomic():
            _empty(projection)
            order = _interleaved(events, rng)
            reached = rng.randint(1, len(order))
            for batch in _batches(order[:reached], rng):
                projection.apply(batch)
                before = _digests(projection)
                projection.apply(batch)
                assert _digests(projection) == before
            for batch in _batches(order[rng.randint(0, reached - 1) : reached], rng):
                projection.apply(batch)
            assert _digests(projection) == before
            for batch in _batches(order[reached:], rng):
                projection.apply(batch)
            assert _digests(projection) == expected
            transaction.set_rollback(True)

    check()
