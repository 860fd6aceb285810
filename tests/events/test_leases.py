"""Leases under wrong clocks: one from the future delays no process, two holders count each event once, stalls are reported."""

import functools
import json
import logging
import threading

import pytest
from django.contrib.contenttypes.models import ContentType

from idl import inventory
from tests.events.test_workers import receive, running, until  # noqa: F401 - a fixture
from thriftshop import clock, events
from thriftshop.event_store.models import Lease
from thriftshop.events import groups, lanes, leases, news, processor, streams
from thriftshop.events.streams import Write
from thriftshop.processes import health, serving

HOUR_MS = 3_600_000


@pytest.fixture
def group(monkeypatch):
    """A projection that counts events, the only group of this process."""

    def apply(records):
        for record in records:
            ContentType.objects.create(app_label=record.stream, model=str(record.version))

    one = events.Projection("inventory.count", "inventory", apply, ())
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (one,)))
    return one


def append(count: int, after: int = 0) -> None:
    made = [inventory.StockReceived(quantity=1)] * count
    streams.of("inventory").append([Write("MUG", after, made)])


def hold_lease(ends_in_ms: int, holder: str = "elsewhere:1") -> None:
    Lease.objects.update_or_create(
        name="inventory.count/0", defaults={"holder": holder, "held_until": clock.now() + ends_in_ms}
    )


def at_clock(monkeypatch, ahead_ms: int, holder: str) -> None:
    """Continue as another process with a clock that is ahead."""
    real = clock.now()
    monkeypatch.setattr(clock, "now", lambda: real + ahead_ms)
    monkeypatch.setattr(leases, "holder", lambda: holder)


@pytest.mark.django_db
@pytest.mark.parametrize("ends_in_ms", [HOUR_MS, 366 * 24 * HOUR_MS, leases.LEASE_MS + clock.SKEW_MS + 1_000])
def test_a_lease_from_the_future_is_free(group, ends_in_ms, caplog):
    append(25)
    hold_lease(ends_in_ms)
    assert processor.process(group) == 25
    assert clock.now() < Lease.objects.get().held_until <= clock.now() + leases.LEASE_MS
    (line,) = [record for record in caplog.records if "future" in record.message]
    assert (line.lease, line.holder) == ("inventory.count/0", "elsewhere:1")


@pytest.mark.django_db
@pytest.mark.parametrize("ends_in_ms", [leases.LEASE_MS, leases.LEASE_MS + 1_000, 1_000])
def test_a_lease_that_another_process_may_have_taken_just_now_is_left_to_it(group, ends_in_ms):
    append(1)
    hold_lease(ends_in_ms)
    assert processor.process(group) == 0


@pytest.mark.django_db
def test_a_process_whose_clock_was_corrected_renews_its_own_lease_at_the_right_time(group):
    append(1)
    hold_lease(HOUR_MS, holder=leases.holder())
    assert processor.process(group) == 1
    assert Lease.objects.get().held_until <= clock.now() + leases.LEASE_MS


@pytest.mark.django_db
def test_two_processes_whose_clocks_differ_by_an_hour_process_each_event_once(group, monkeypatch):
    for turn in range(4):
        append(3, after=3 * turn)
        ahead = turn % 2 == 0
        at_clock(monkeypatch, HOUR_MS if ahead else 0, "ahead:1" if ahead else "right:1")
        assert processor.process(group) == 3
        monkeypatch.undo()
    assert ContentType.objects.filter(app_label="MUG").count() == 12


@pytest.mark.django_db(transaction=True)
def test_a_stalled_group_is_named_by_readiness_metrics_and_log_until_it_moves(running, settings, caplog, monkeypatch):  # noqa: F811
    """Another process holds the lease again and again, and moves nothing."""
    settings.CONSUMER_STALLED_SECONDS = 1
    caplog.set_level(logging.INFO, "thriftshop.events")
    seen = []
    monkeypatch.setattr(leases, "take", lambda name: False)
    runner = running(events.Reaction("inventory.test", "inventory", lambda record: seen.append(record.version)))
    monkeypatch.setattr(serving, "_running", [runner])
    receive(0)
    assert until(runner.stalled)
    status, body, _ = health.readiness()
    report = json.loads(body)
    assert (status, report["status"]) == (200, "degraded")
    assert report["checks"]["consumers"].startswith("stalled: inventory.test for ")
    assert report["stalled"][0]["cursor"] != report["stalled"][0]["end"]
    figures = health.metrics().body.decode()
    assert 'thriftshop_consumer_stalled_seconds{group="inventory.test"} 0.0' not in figures
    assert 'thriftshop_consumer_stalled_seconds{group="inventory.test"}' in figures
    (line,) = [record for record in caplog.records if record.message == "group stalled"]
    assert (line.group, line.topic) == ("inventory.test", "inventory")
    monkeypatch.undo()
    monkeypatch.setattr(serving, "_running", [runner])
    assert until(lambda: seen == [1] and not runner.stalled())
    assert json.loads(health.readiness().body)["checks"]["consumers"] == "ok"
    assert until(lambda: any(record.message == "group moves again" for record in caplog.records))


@pytest.mark.django_db
def test_a_worker_leaves_a_group_alone_after_it_found_that_another_process_has_it(
    group, django_assert_num_queries, monkeypatch
):
    append(1)
    hold_lease(leases.LEASE_MS)
    worker = lanes.Worker("here", [group], threading.Event())
    assert worker.round() == 0
    worker.wake([group.name])
    with django_assert_num_queries(0):
        assert worker.round() == 0
    assert looks(group) == set()
    Lease.objects.update(held_until=0)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + leases.RETRY_MS)
    worker.wake([group.name])
    assert worker.round() == 1


def looks(group) -> set[str]:
    """The groups that a first look at the topics wakes."""
    return news.News([group]).groups()
