"""A collector that is down, or does not answer, delays no request: requests go on, and the process stops in time."""

import http.client
import json
import signal
import socket
import time

import pytest

from tests import split
from tests.live import serving
from tests.tracing.receiver import Receiver

REQUESTS = 100
STOP_SECONDS = 30


@pytest.fixture(params=["dead", "frozen"])
def address(request):
    """A port that refuses connections, or one that accepts them and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if request.param == "frozen":
            listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def ask(process: split.Process, **headers: str) -> None:
    body = json.dumps({"query": "{ products(first: 5) { nodes { sku } } }"}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=60)
    connection.request("POST", "/graphql", body, {"content-type": "application/json", **headers})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert "errors" not in answer, answer


def test_requests_do_not_wait_for_a_collector(address, tmp_path):
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_TRACES_SAMPLER_ARG": "1"}
    process = serving.monolith(tmp_path, "shop", DRAIN_SECONDS="20", **variables)
    with serving.running(process):
        ask(process)
        slowest = 0.0
        for _ in range(REQUESTS):
            began = time.monotonic()
            ask(process)
            slowest = max(slowest, time.monotonic() - began)
        # The exporter waits ten seconds for an answer: no request must wait with it.
        assert slowest < 8
        began = time.monotonic()
        process.send(signal.SIGTERM)
        assert process.running.wait(60) == 0
        assert time.monotonic() - began < STOP_SECONDS


@pytest.fixture
def receiver():
    """A collector of this test alone."""
    started = Receiver()
    yield started
    started.stop()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_collector_receives_the_log_lines_of_each_worker_to_the_last(workers, receiver, tmp_path):
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address, "WORKERS": str(workers)}
    process = serving.monolith(tmp_path, "shop", **variables)
    with serving.running(process):
        process.send(signal.SIGTERM)
        assert process.running.wait(60) == 0
    lines = [line for line in receiver.received.logs if line["message"] == "shutting down"]
    assert len(lines) == workers
