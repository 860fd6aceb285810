"""A frozen Kafka, InfluxDB or Prometheus holds up no request: metrics have a thread of their own, and nothing waits for it."""

import socket
import threading

import pytest

from tests import split
from tests.serving import processes
from thriftshop.processes.metric_points import Publisher

QUERY = b'{"query": "{ products(first: 1) { totalCount } }"}'
JSON = {"Content-Type": "application/json"}


def test_points_are_collected_while_a_message_waits_for_kafka(monkeypatch, settings):
    monkeypatch.setattr("thriftshop.events.lags.update", lambda: None)
    settings.METRICS_SECONDS = 1
    sending, release, sent = threading.Event(), threading.Event(), []

    def send(payloads):
        sending.set()
        release.wait(60)
        sent.extend(payloads)

    publisher = Publisher(send)
    publisher.start()
    assert sending.wait(60)
    assert publisher.is_alive()
    settings.KAFKA_TIMEOUT_SECONDS = 0.1
    publisher.stop()
    assert publisher.is_alive(), "stopping did not wait for Kafka"
    release.set()
    publisher.join(60)
    assert b"thriftshop_process_cpu_seconds_total" in sent[0] + b"".join(sent)


@pytest.mark.slow
def test_a_server_answers_while_kafka_and_prometheus_are_frozen(tmp_path):
    """Kafka accepts connections and never answers; Prometheus asks for metrics and never reads them."""
    with socket.create_server(("127.0.0.1", 0)) as kafka:
        address = f"127.0.0.1:{kafka.getsockname()[1]}"
        variables = {"METRICS_TOPIC": "metrics", "METRICS_SECONDS": "1", "KAFKA_SERVERS": address}
        port, scrapers = split.free_port(), []
        database = f"sqlite:///{tmp_path}/shop.sqlite3"
        with processes.serving(port, "--migrate", DATABASE_URL=database, **variables) as server:
            for _ in range(5):
                scraper = socket.create_connection(("127.0.0.1", port))
                scraper.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
                scrapers.append(scraper)
            answers = [processes.request(port, "/graphql", "POST", QUERY, **JSON)[0] for _ in range(20)]
            assert processes.request(port, "/readyz")[0] == 200
            for scraper in scrapers:
                scraper.close()
        assert answers == [200] * 20
        assert server.returncode == 0
