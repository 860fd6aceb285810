"""Kafka without ZooKeeper: one broker, or three on 127.0.0.1 to 127.0.0.3."""

import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from tests.services import FOLDER, java, processes

HERE = Path(__file__).parent
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
START_SECONDS = 60.0
APART = 4
"""The number of the broker that tests may kill."""
MEMORY = [
    "-Xms256m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:MaxDirectMemorySize=128m",
    "-Xss512k",
]
LOGGING = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"


def address(number: int) -> str:
    """The address of a broker, from 1."""
    return f"127.0.0.{number}"


def bootstrap(brokers: int) -> list[str]:
    """The addresses of the brokers for clients."""
    return [f"{address(number)}:9092" for number in range(1, brokers + 1)]


def folder(number: int, brokers: int) -> Path:
    """What a broker keeps."""
    return FOLDER / f"kafka-{brokers}" / str(number)


def start(brokers: int = 1) -> None:
    """Start the brokers that do not run, and wait until all of them answer."""
    classpath = f"{java.libraries(HERE / 'pom.xml')}/*"
    for number in range(1, brokers + 1):
        start_one(number, brokers, classpath)
    processes.wait(folder(1, brokers), lambda: _count(brokers) == brokers, START_SECONDS)


def start_one(number: int, brokers: int, classpath: str = "") -> None:
    """Start a broker."""
    classpath = classpath or f"{java.libraries(HERE / 'pom.xml')}/*"
    own, configuration = folder(number, brokers), _configure(number, brokers)
    if not (own / "log" / "meta.properties").exists():
        _format(configuration, classpath)
    processes.start(own, ["java", *MEMORY, LOGGING, "-cp", classpath, "kafka.Kafka", str(configuration)])


def start_apart(number: int = APART, own: Path | None = None, advertised_port: int = 9092) -> Path:
    """Start a cluster of one broker, on an address of its own, that a test may kill; return its folder for `processes`.

    Clients that have found it connect to the advertised port, which may be that of a proxy.
    """
    own, classpath = own or FOLDER / "kafka-apart" / str(number), f"{java.libraries(HERE / 'pom.xml')}/*"
    values = {"number": number, "brokers": 1, "in_sync": 1, "voters": f"{number}@{address(number)}:9093"}
    configuration = _write(own, values | {"address": address(number), "advertised": advertised_port})
    if not (own / "log" / "meta.properties").exists():
        _format(configuration, classpath)
    processes.start(own, ["java", *MEMORY, LOGGING, "-cp", classpath, "kafka.Kafka", str(configuration)])
    processes.wait(own, lambda: _brokers([f"{address(number)}:9092"]) == 1, START_SECONDS)
    return own


def stop() -> None:
    """Stop every broker."""
    for own in FOLDER.glob("kafka-*/*"):
        processes.stop(own)


def is_running(brokers: int = 1) -> bool:
    """Whether all brokers answer, also those that were not started from here."""
    return _count(brokers) == brokers


def _configure(number: int, brokers: int) -> Path:
    voters = ",".join(f"{voter}@{address(voter)}:9093" for voter in range(1, brokers + 1))
    values = {"number": number, "brokers": brokers, "in_sync": brokers // 2 + 1, "voters": voters}
    return _write(folder(number, brokers), values | {"address": address(number), "advertised": 9092})


def _write(own: Path, values: Mapping[str, object]) -> Path:
    own.mkdir(parents=True, exist_ok=True)
    configuration = own / "server.properties"
    text = Template((HERE / "server.properties").read_text()).substitute(values, folder=own)
    configuration.write_text(text)
    return configuration


def _format(configuration: Path, classpath: str) -> None:
    """Prepare a broker's folder: KRaft needs the id of its cluster there."""
    tool = ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", LOGGING, "-cp", classpath, "kafka.tools.StorageTool"]
    command = [*tool, "format", "--cluster-id", CLUSTER_ID, "--config", str(configuration)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if ended.returncode:
        raise processes.Failed(f"Kafka's folder could not be prepared:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")


def _count(brokers: int) -> int:
    """How many brokers the cluster has now."""
    return _brokers(bootstrap(brokers))


def _brokers(servers: Sequence[str]) -> int:
    return _described(servers) if all(map(_accepts, servers)) else 0


def _accepts(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 2).close()
    except OSError:
        return False
    return True


def _described(servers: Sequence[str]) -> int:
    # Loaded only where Kafka is used: every test run imports this module.
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        client = KafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=2000, bootstrap_timeout_ms=2000)
    except (KafkaError, OSError):
        return 0
    try:
        return len(client.describe_cluster()["brokers"])
    except KafkaError:
        return 0
    finally:
        client.close()
