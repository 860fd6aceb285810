"""The shop with what observes it: `make observe` starts what is available on this machine, and stops it at the end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import ModuleType

from tests.services import ROOT, collector, influxdb, java, kafka, prometheus, telegraf, victorialogs, zipkin
from tests.services.processes import Failed
from thriftshop.processes import parent

PORT = os.environ.get("PORT", "8000")
SHOP = f"http://127.0.0.1:{PORT}"
TOPIC, DATABASE = "metrics", "shop"
TRACING = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL,
    "OTEL_TRACES_SAMPLER_ARG": "1",
    "TRACES_URL": f"{zipkin.URL}/zipkin/traces/{{trace}}",
}
PUBLISHING = {"METRICS_TOPIC": TOPIC, "KAFKA_REPLICAS": "1", "KAFKA_MIN_IN_SYNC": "1"}


def run() -> int:
    """Start everything and the shop, and stop it after the shop has ended; return the shop's exit code."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))  # leaves the stack, which stops the services
    variables: dict[str, str] = {}
    with ExitStack() as started:
        _start(
            started, "Prometheus", prometheus, lambda: prometheus.start([f"127.0.0.1:{PORT}"], 5), prometheus.MISSING
        )
        if _start(started, "InfluxDB", influxdb, influxdb.start, influxdb.MISSING):
            influxdb.query(f"CREATE DATABASE {DATABASE}", "")
            variables |= _points(started)
        variables |= _traces(started)
        return _shop(variables)


def _start(
    started: ExitStack, name: str, service: ModuleType, start: Callable[[], None], missing: str, about: str = ""
) -> bool:
    """Start a service unless it runs, and return whether it does; say where it is, or why it is left out."""
    if not service.is_installed():
        sys.stdout.write(f"{name:14}{missing}\n")
        return False
    if not service.is_running():
        started.callback(service.stop)
        try:
            start()
        except Failed as problem:
            sys.stdout.write(f"{name:14}left out: {problem}\n")
            return False
    sys.stdout.write(f"{name:14}{about or getattr(service, 'URL', '')}\n")
    sys.stdout.flush()
    return True


def _points(started: ExitStack) -> dict[str, str]:
    """Kafka and Telegraf, through which points reach InfluxDB; the shop's variables for it."""
    if not telegraf.is_installed():
        sys.stdout.write(f"{'Telegraf':14}{telegraf.MISSING}\n")
        return {}
    if not _start(started, "Kafka", _Kafka, kafka.start, java.MISSING, ",".join(kafka.bootstrap(1))):
        return {}
    subprocess.run([sys.executable, "manage.py", "create_topics"], cwd=ROOT, env=_environment(PUBLISHING), check=True)
    runs = _start(
        started, "Telegraf", telegraf, lambda: telegraf.start(TOPIC, DATABASE), telegraf.MISSING, "Kafka to InfluxDB"
    )
    return PUBLISHING if runs else {}


def _traces(started: ExitStack) -> dict[str, str]:
    """The collector, and the stores to which it passes traces and log lines; the shop's variables for it."""
    if not collector.is_installed():
        sys.stdout.write(f"{'Collector':14}{collector.MISSING}\n")
        return {}
    _start(started, "Zipkin", zipkin, zipkin.start, zipkin.MISSING, f"{zipkin.URL}/zipkin")
    page = f"{victorialogs.URL}/select/vmui"
    _start(started, "VictoriaLogs", victorialogs, victorialogs.start, victorialogs.MISSING, page)
    about = "traces and log lines, to both"
    return TRACING if _start(started, "Collector", collector, collector.start, collector.MISSING, about) else {}


class _Kafka:
    """Kafka with the functions of the other services."""

    is_installed = staticmethod(java.is_installed)
    is_running = staticmethod(kafka.is_running)
    stop = staticmethod(kafka.stop)


def _shop(variables: dict[str, str]) -> int:
    sys.stdout.write(f"{'Overview':14}{SHOP}/admin/overview/\n{'Metrics':14}{SHOP}/metrics\n\n")
    sys.stdout.flush()
    process = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=_environment(variables))
    try:
        return process.wait()
    except KeyboardInterrupt:  # the shop has received it, too
        return process.wait()
    finally:
        process.terminate()
        process.wait()


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of a child, which ends with this process."""
    return {**os.environ, **parent.variables_for_children(), **variables}
