"""Checks of the settings of Kafka, which matter only if consumers of any context follow a topic there."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error

from thriftshop.contracts.annotations import MAX_PARTITIONS

FEED = "thriftshop.events.feed.kafka."
CLIENTS = {"kafka-python": "kafka", "confluent-kafka": "confluent_kafka"}
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
SERVER = re.compile(r"(\[[0-9A-Fa-f:]+\]|[^\s:/\[\]]+):([0-9]{1,5})")
TOPIC = PREFIX = re.compile(r"[A-Za-z0-9._-]{0,100}")
MAX_PORT = 65_535
MAX_REPLICAS = 32_767


def is_used() -> bool:
    """Whether the events of any context are followed at Kafka, or metrics are published there."""
    return bool(settings.METRICS_TOPIC) or any(path.startswith(FEED) for path in settings.EVENT_FEEDS.values())


def problems() -> Iterator[CheckMessage]:
    """Errors for wrong settings, if Kafka is used."""
    if is_used():
        yield from _addresses()
        yield from _client()
        yield from _numbers()
        yield from _files()
        yield from _credentials()
    yield from _metrics()


def _addresses() -> Iterator[CheckMessage]:
    if not settings.KAFKA_SERVERS:
        yield _error("KAFKA_SERVERS", "no broker is named.", "Name some brokers of the cluster; the others are found.")
    for server in settings.KAFKA_SERVERS:
        match = SERVER.fullmatch(server)
        if match is None or not 1 <= int(match[2]) <= MAX_PORT:
            yield _error("KAFKA_SERVERS", f"{server!r} is not an address.", "Write host:port, such as kafka-1:9092.")
    if not PREFIX.fullmatch(settings.KAFKA_PREFIX):
        hint = "Use letters, digits, dots, _ and -, 100 characters at most."
        yield _error("KAFKA_PREFIX", f"{settings.KAFKA_PREFIX!r} cannot begin the name of a topic.", hint)


def _client() -> Iterator[CheckMessage]:
    if settings.KAFKA_CLIENT not in CLIENTS:
        hint = f"Choose among: {', '.join(CLIENTS)}."
        yield _error("KAFKA_CLIENT", f"{settings.KAFKA_CLIENT!r} is not a client.", hint)
    elif importlib.util.find_spec(CLIENTS[settings.KAFKA_CLIENT]) is None:
        hint = f"Run `pip install {settings.KAFKA_CLIENT}`."
        yield _error("KAFKA_CLIENT", f"{settings.KAFKA_CLIENT} is not installed.", hint)


def _numbers() -> Iterator[CheckMessage]:
    if not 0 <= settings.KAFKA_PARTITIONS <= MAX_PARTITIONS:
        hint = f"Use 1 to {MAX_PARTITIONS}, or 0 for the numbers in the contracts."
        yield _error("KAFKA_PARTITIONS", f"{settings.KAFKA_PARTITIONS} is out of range.", hint)
    if not 1 <= settings.KAFKA_REPLICAS <= MAX_REPLICAS:
        hint = "Use 3, or 1 for development."
        yield _error("KAFKA_REPLICAS", f"{settings.KAFKA_REPLICAS} is out of range.", hint)
    elif not 1 <= settings.KAFKA_MIN_IN_SYNC <= settings.KAFKA_REPLICAS:
        hint = f"Use 1 to {settings.KAFKA_REPLICAS} (KAFKA_REPLICAS); one less than that survives the loss of a broker."
        yield _error("KAFKA_MIN_IN_SYNC", f"{settings.KAFKA_MIN_IN_SYNC} is out of range.", hint)
    if not settings.KAFKA_TIMEOUT_SECONDS >= 1:
        hint = "Use 5.0, or more."
        yield _error("KAFKA_TIMEOUT_SECONDS", f"{settings.KAFKA_TIMEOUT_SECONDS} is too short.", hint)


def _files() -> Iterator[CheckMessage]:
    for variable in ("KAFKA_CA", "KAFKA_CERTIFICATE", "KAFKA_CERTIFICATE_KEY"):
        file = getattr(settings, variable)
        if file and not Path(file).is_file():
            yield _error(variable, f"there is no file {file}.", "Give the path of a file in PEM format.")
        if file and not settings.KAFKA_TLS:
            yield _error(variable, "it is not used without TLS.", "Set KAFKA_TLS=yes, or leave it out.")


def _credentials() -> Iterator[CheckMessage]:
    if bool(settings.KAFKA_USER) != bool(settings.KAFKA_PASSWORD):
        yield _error("KAFKA_USER", "user and password belong together.", "Set KAFKA_PASSWORD too, or neither.")
    if settings.KAFKA_SASL not in MECHANISMS:
        yield _error("KAFKA_SASL", f"{settings.KAFKA_SASL!r} is not supported.", f"Use {', '.join(MECHANISMS)}.")


def _metrics() -> Iterator[CheckMessage]:
    if not TOPIC.fullmatch(settings.METRICS_TOPIC):
        hint = "Use letters, digits, dots, _ and -, 100 characters at most."
        yield _error("METRICS_TOPIC", f"{settings.METRICS_TOPIC!r} cannot be part of a topic's name.", hint)
    for name, least in (("METRICS_SECONDS", 1), ("METRICS_MAX_POINTS", 1_000), ("METRICS_HOURS", 1)):
        if getattr(settings, name) < least:
            yield _error(name, f"{getattr(settings, name)} is too small.", f"Use {least:,} or more.")
    if not 1 <= settings.METRICS_PARTITIONS <= MAX_PARTITIONS:
        yield _error(
            "METRICS_PARTITIONS", f"{settings.METRICS_PARTITIONS} is out of range.", f"Use 1 to {MAX_PARTITIONS}."
        )


def _error(variable: str, problem: str, hint: str) -> Error:
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")
