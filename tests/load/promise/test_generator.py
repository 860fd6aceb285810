"""The generator against servers that answer in pieces, stall, break off and refuse."""

import socket
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest

from tests.load.promise import connections, generator
from tests.load.promise.connections import NO_ANSWER, Request

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + b'{"data":{}}'
REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
STALL_SECONDS = 0.6


@contextmanager
def serving(answer):
    """A server that calls `answer(connection, number)` for each request, one after another for each connection."""
    numbers, lock = iter(range(1 << 30)), threading.Lock()
    server = socket.create_server(("127.0.0.1", 0), backlog=256)

    def serve(connection):
        with connection:
            while data := connection.recv(65_536):
                for _ in range(data.count(b"POST")):
                    with lock:
                        number = next(numbers)
                    if not answer(connection, number):
                        return

    def accept():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def whole(connection, number):
    connection.sendall(ANSWER)
    return True


def run(address, times):
    """The recording, and each answer's status and body."""
    sender, answers = generator.Generator(address), []

    def take(request, status, body, done):
        answers.append((status, body))
        sender.recording.add(request, done, status)

    sender.run(times, [0] * len(times), lambda kind: Request(kind, REQUEST, take))
    return sender.recording, answers


def test_every_request_is_answered_and_recorded_with_its_due_time():
    times = [number / 200 for number in range(100)]
    with serving(whole) as address:
        recording, answers = run(address, times)
    assert answers == [(200, b'{"data":{}}')] * 100
    assert sorted(recording.dues) == pytest.approx(times)
    assert all(due <= sent <= done for due, sent, done in zip(*columns(recording), strict=True))


def columns(recording):
    return recording.dues, recording.sents, recording.dones


def test_latency_counts_from_the_due_time_when_the_server_stalls():
    release = threading.Event()

    def stalled(connection, number):
        if number == 20:
            threading.Timer(STALL_SECONDS, release.set).start()
        if number >= 20:
            release.wait()
        return whole(connection, number)

    with serving(stalled) as address:
        recording, _ = run(address, [number / 100 for number in range(60)])
    dues, _, dones = (np.array(times) for times in columns(recording))
    # 40 requests were due during the stall or waited for its end: none is missing, none is counted from a later time.
    assert len(dues) == 60
    assert (dones - dues > STALL_SECONDS / 3).sum() >= 15


def test_the_load_does_not_slow_down_with_the_server():
    def slow(connection, number):
        time.sleep(0.2)
        return whole(connection, number)

    with serving(slow) as address:
        recording, answers = run(address, [number / 100 for number in range(50)])
    assert len(answers) == 50
    # A closed loop over one connection would take 10 s.
    assert recording.most_in_flight >= 10


def test_an_answer_in_pieces_is_put_together():
    def pieces(connection, number):
        for byte in range(0, len(ANSWER), 7):
            connection.sendall(ANSWER[byte : byte + 7])
            time.sleep(0.001)
        return True

    with serving(pieces) as address:
        _, answers = run(address, [0.0, 0.01])
    assert answers == [(200, b'{"data":{}}')] * 2


def test_a_connection_that_breaks_off_counts_as_no_answer_and_the_next_request_gets_another():
    def breaks(connection, number):
        return number != 1 and whole(connection, number)

    with serving(breaks) as address:
        _, answers = run(address, [0.0, 0.1, 0.2])
    assert sorted(status for status, _ in answers) == [NO_ANSWER, 200, 200]


def test_a_server_that_refuses_connections_counts_as_no_answer():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = unused.getsockname()
        _, answers = run(address, [0.0, 0.01])
    assert answers == [(NO_ANSWER, b"")] * 2


def test_a_request_that_is_not_answered_in_time_counts_as_no_answer(monkeypatch):
    monkeypatch.setattr(generator, "TIMEOUT_SECONDS", 0.3)
    with serving(lambda connection, number: number != 0 or connection.recv(1) == b"") as address:
        _, answers = run(address, [0.0])
    assert answers == [(NO_ANSWER, b"")]


def test_requests_that_wait_for_a_connection_are_answered_later_and_do_not_count_as_sent_late(monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 2)
    monkeypatch.setattr(generator, "CONNECTIONS", 2)

    def slow(connection, number):
        time.sleep(0.05)
        return whole(connection, number)

    with serving(slow) as address:
        recording, answers = run(address, [0.0] * 10)
    assert answers == [(200, b'{"data":{}}')] * 10
    assert recording.connections == 2
    assert max(recording.dones) > 0.2
    assert np.median(np.array(recording.sents) - np.array(recording.dues)) < min(recording.dones)


def test_requests_that_wait_too_long_for_a_connection_are_given_up(monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(generator, "CONNECTIONS", 1)
    monkeypatch.setattr(generator, "TIMEOUT_SECONDS", 0.3)
    with serving(lambda connection, number: number != 0 or connection.recv(1) == b"") as address:
        _, answers = run(address, [0.0, 0.0, 0.0])
    assert answers == [(NO_ANSWER, b"")] * 3


def test_a_read_back_uses_another_connection_than_the_write():
    used = []
    with serving(whole) as address:
        sender = generator.Generator(address)

        def take(request, status, body, done):
            used.append(request.connection)
            if len(used) == 1:
                sender.later(Request(0, REQUEST, take), done, request.connection)
            sender.recording.add(request, done, status)

        sender.run([0.0], [0], lambda kind: Request(kind, REQUEST, take))
    assert len(used) == 2
    assert used[0] is not used[1]


def test_arrivals_have_the_rate_and_are_irregular():
    times = generator.arrivals(500, 20)
    gaps = np.diff(times)
    assert len(times) == pytest.approx(10_000, rel=0.05)
    # The deviation of a Poisson process's gaps equals their mean.
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.1)


def test_the_rate_grows_evenly_during_the_warm_up():
    times = generator.arrivals(500, 10, warm_up=20)
    counts, _ = np.histogram(times, bins=[0, 10, 20, 30])
    assert counts == pytest.approx([1_250, 3_750, 5_000], rel=0.1)
