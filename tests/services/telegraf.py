"""Telegraf, built once from its Go module with the plugins that are used."""

import signal
from collections.abc import Mapping
from pathlib import Path

from tests.services import FOLDER, ROOT, go, processes

VERSION = "1.37.2"
TAGS = "custom,inputs.http,inputs.kafka_consumer,outputs.influxdb,parsers.influx,parsers.prometheus,processors.rename"
MISSING = go.MISSING
START_SECONDS = 60.0


def is_installed() -> bool:
    """Whether it is there, or can be built."""
    return go.is_available(go.program("telegraf", VERSION))


def build() -> Path:
    """The program, which is built first if necessary: 95 s on two cores, and a few with Go's caches."""
    return go.install("telegraf", VERSION, f"github.com/influxdata/telegraf/cmd/telegraf@v{VERSION}", ["-tags", TAGS])


def start(topic: str, database: str, server: str = "127.0.0.1:9092", influxdb: str = "http://127.0.0.1:8086") -> None:
    """Start it with the shop's configuration."""
    variables = {
        "KAFKA_SERVER": server,
        "METRICS_TOPIC": topic,
        "INFLUXDB_URL": influxdb,
        "INFLUXDB_DATABASE": database,
    }
    _start("telegraf.conf", variables)


def start_for_cluster(url: str, database: str, influxdb: str = "http://127.0.0.1:8086") -> None:
    """Start it for what kube-state-metrics has at a URL."""
    variables = {"KUBE_STATE_METRICS_URL": url, "INFLUXDB_URL": influxdb, "INFLUXDB_DATABASE": database}
    _start("telegraf-kubernetes.conf", variables)


def _start(configuration: str, variables: Mapping[str, str]) -> None:
    own = FOLDER / "telegraf"
    own.mkdir(parents=True, exist_ok=True)
    command = ["env", *(f"{name}={value}" for name, value in variables.items())]
    processes.start(own, [*command, str(build()), "--config", str(ROOT / "observability" / configuration)])


def is_running() -> bool:
    """Whether the process runs."""
    return processes.pid(FOLDER / "telegraf") != 0


def stop(sent: signal.Signals = signal.SIGTERM) -> None:
    """Stop it."""
    processes.stop(FOLDER / "telegraf", sent)
