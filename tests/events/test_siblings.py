"""Worker processes of one server wake each other when events are recorded."""

import os
import time

import pytest

from thriftshop.events import siblings, wakeups


@pytest.fixture
def pipes(monkeypatch):
    """The pipes of two workers, of which this process is the first."""
    monkeypatch.setattr(wakeups, "_forward", None)
    pipes = siblings.Pipes.make(2)
    pipes.join(0)
    yield pipes
    for reader, writer in pipes.ends:
        os.close(writer)
        if reader != pipes.ends[0][0]:  # the thread that reads the first ends when its writer is closed
            os.close(reader)


def test_an_event_of_this_worker_is_told_to_the_other(pipes):
    wakeups.notify("orders")
    assert os.read(pipes.ends[1][0], 100) == b"orders\n"


def test_an_event_of_the_other_worker_wakes_the_threads_of_this_one(pipes):
    before, of_others = wakeups.count("orders"), wakeups.count("cart")
    os.write(pipes.ends[0][1], b"orders\n")
    wakeups.wait(before, 5.0, "orders")
    assert wakeups.count("orders") == before + 1
    assert wakeups.count("cart") == of_others


def test_what_another_worker_told_is_not_told_to_it_again(pipes):
    before = wakeups.count("orders")
    os.write(pipes.ends[0][1], b"orders\n")
    wakeups.wait(before, 5.0, "orders")
    wakeups.notify("cart")
    assert os.read(pipes.ends[1][0], 100) == b"cart\n"


def test_a_name_in_two_parts_is_understood(pipes):
    before = wakeups.count("orders")
    os.write(pipes.ends[0][1], b"ord")
    time.sleep(0.02)
    os.write(pipes.ends[0][1], b"ers\n")
    wakeups.wait(before, 5.0, "orders")
    assert wakeups.count("orders") == before + 1


def test_a_worker_that_does_not_listen_delays_no_writer(pipes):
    for _ in range(20_000):
        wakeups.notify("orders")
    assert os.read(pipes.ends[1][0], 7) == b"orders\n"
