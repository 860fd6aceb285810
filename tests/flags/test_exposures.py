"""Exposures: each once, in batches, in order; kept while they cannot be written, and counted if too many wait."""

import threading
import time

import pytest

from thriftshop.flags import exposures, upkeep
from thriftshop.flags.exposures import Exposure, Exposures
from thriftshop.rpc import Unavailable


def exposure(number, variant="a"):
    return Exposure(f"visitor-{number}", "button", variant, number)


def test_an_exposure_is_written_once():
    written = []
    queue = Exposures(written.extend)
    for number in (1, 2, 1, 1):
        queue.add(exposure(number))
    queue.flush()
    queue.add(exposure(1))
    queue.add(exposure(1, "b"))
    queue.flush()
    assert written == [exposure(1), exposure(2), exposure(1, "b")]


def test_they_are_written_in_batches(monkeypatch):
    monkeypatch.setattr(exposures, "BATCH", 3)
    batches = []
    queue = Exposures(batches.append)
    for number in range(7):
        queue.add(exposure(number))
    queue.flush()
    assert [len(batch) for batch in batches] == [3, 3, 1]


def test_what_cannot_be_written_waits_in_order():
    written, is_down = [], True

    def write(batch):
        if is_down:
            raise Unavailable("down")
        written.extend(batch)

    queue = Exposures(write)
    queue.add(exposure(1))
    queue.add(exposure(2))
    with pytest.raises(Unavailable):
        queue.flush()
    assert len(queue) == 2
    is_down = False
    queue.flush()
    assert written == [exposure(1), exposure(2)]


def test_the_oldest_are_counted_and_left_out_if_too_many_wait(monkeypatch):
    monkeypatch.setattr(exposures, "MAX_WAITING", 2)
    before = exposures.LOST._value.get()
    written = []
    queue = Exposures(written.extend)
    for number in range(3):
        queue.add(exposure(number))
    queue.add(exposure(0))
    queue.flush()
    assert [one.at for one in written] == [2, 0]
    assert exposures.LOST._value.get() - before == 2


def test_nobody_waits_while_they_are_written():
    begun, release, written = threading.Event(), threading.Event(), []

    def write(batch):
        begun.set()
        assert release.wait(10)
        written.extend(batch)

    queue = Exposures(write)
    queue.add(exposure(1))
    writer = threading.Thread(target=queue.flush)
    writer.start()
    assert begun.wait(10)
    queue.add(exposure(2))
    assert written == []
    release.set()
    writer.join(10)
    assert written == [exposure(1), exposure(2)]


def test_the_thread_repeats_its_steps_and_does_the_rest_at_the_end(monkeypatch):
    written = []
    queue = Exposures(written.extend)
    monkeypatch.setattr(upkeep, "_steps", {"failing": lambda: 1 / 0, "exposures": queue.flush})
    monkeypatch.setattr(upkeep, "INTERVAL_SECONDS", 0.01)
    queue.add(exposure(1))
    upkeep.start()
    until = time.monotonic() + 10
    while not written and time.monotonic() < until:
        time.sleep(0.01)
    queue.add(exposure(2))
    upkeep.stop()
    assert written == [exposure(1), exposure(2)]
