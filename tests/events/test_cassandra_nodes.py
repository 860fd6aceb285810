"""Three nodes with TLS and passwords, of which one is killed during appends: nothing acknowledged is lost, nothing is refused."""

import io
import os
import signal
import threading
import time
import uuid

import pytest
from django.core.management import call_command

from idl import inventory
from tests.services import java, processes
from tests.services.cassandra.clusters import Cluster
from thriftshop import rpc
from thriftshop.events.streams import Write, Written
from thriftshop.events.streams.cassandra import CassandraStreams, session

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("CASSANDRA_NODES"),
        reason="Three nodes take minutes to start: CASSANDRA_NODES=3 runs their tests.",
    ),
]
SECONDS = float(os.environ.get("CASSANDRA_NODES_SECONDS", "6"))
TIMEOUT_SECONDS = 20.0
THREADS = 4
USER, PASSWORD = "shop", "a password"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """Three nodes, and a role for the shop. Its credentials are on every node, so that all but one can be lost."""
    java.require()
    cluster = Cluster(tmp_path_factory.mktemp("cassandra"), 3, network="127.0.3", is_secured=True)
    try:
        cluster.start()
        connections = cluster.connect(1)
        connected = connections.connect()
        connected.execute(
            "ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}"
        )
        connected.execute(f"CREATE ROLE {USER} WITH PASSWORD = '{PASSWORD}' AND LOGIN = true")
        connections.shutdown()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def secured(nodes, settings):
    """The shop's settings for the cluster."""
    settings.EVENT_STORES = settings.EVENT_STORES | {
        "inventory": "thriftshop.events.streams.cassandra.CassandraStreams"
    }
    settings.CASSANDRA_HOSTS = [nodes.address(number) for number in (1, 2, 3)]
    settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_PREFIX = "tests", f"{uuid.uuid4().hex}."
    settings.CASSANDRA_REPLICAS, settings.CASSANDRA_SHARDS = 3, 1
    settings.CASSANDRA_TIMEOUT_SECONDS = TIMEOUT_SECONDS
    settings.CASSANDRA_TLS, settings.CASSANDRA_CA = True, str(nodes.certificate("ca.pem"))
    settings.CASSANDRA_CERTIFICATE = str(nodes.certificate("client.pem"))
    settings.CASSANDRA_CERTIFICATE_KEY = str(nodes.certificate("client.key"))
    settings.CASSANDRA_USER, settings.CASSANDRA_PASSWORD = USER, PASSWORD
    session.close()
    yield settings
    session.close()


@pytest.fixture
def store(secured):
    call_command("migrate_streams", stdout=io.StringIO())
    opened = CassandraStreams("inventory")
    yield opened
    opened.close()


def refusal(secured, **changed: object) -> str:
    """What an append is refused with under changed settings."""
    for name, value in changed.items():
        setattr(secured, name, value)
    session.close()
    with pytest.raises(rpc.Unavailable) as raised:
        CassandraStreams("inventory").read({"MUG": 0})
    return str(raised.value)


def test_a_wrong_password_is_refused(store, secured):
    assert "Bad credentials" in refusal(secured, CASSANDRA_PASSWORD="wrong")


def test_without_the_authority_the_nodes_certificates_are_not_trusted(store, secured):
    assert "CERTIFICATE_VERIFY_FAILED" in refusal(secured, CASSANDRA_CA="")


def test_without_tls_nothing_answers(store, secured):
    assert "does not answer" in refusal(secured, CASSANDRA_TLS=False, CASSANDRA_TIMEOUT_SECONDS=3.0)


class Appender(threading.Thread):
    """Appends to a stream of its own until it is told to stop."""

    def __init__(self, store: CassandraStreams, stream: str, stopping: threading.Event) -> None:
        super().__init__()
        self.store, self.stream, self.stopping = store, stream, stopping
        self.acknowledged: list[str] = []
        self.others: list[object] = []
        self.longest = 0.0

    def run(self) -> None:
        while not self.stopping.is_set() and not self.others:
            event, began = inventory.StockReceived(quantity=1), time.monotonic()
            (outcome,) = self.store.append([Write(self.stream, len(self.acknowledged), [event])])
            self.longest = max(self.longest, time.monotonic() - began)
            if isinstance(outcome, Written):
                self.acknowledged.append(outcome.recorded[0].id)
            else:
                self.others.append(outcome)


def primary(store: CassandraStreams) -> str:
    """The address of the node that the driver sends the shard's writes to first."""
    metadata = session.current().cluster.metadata
    parts = [store.name.encode(), (0).to_bytes(4, "big"), (0).to_bytes(4, "big")]
    key = b"".join(len(part).to_bytes(2, "big") + part + b"\0" for part in parts)
    return str(metadata.get_replicas("tests", key)[0].address)


def test_a_node_killed_during_appends_loses_nothing_and_nothing_is_refused(nodes, store):
    stopping = threading.Event()
    appenders = [Appender(store, f"S{number}", stopping) for number in range(THREADS)]
    for appender in appenders:
        appender.start()
    time.sleep(SECONDS / 3)
    killed = next(number for number in (1, 2, 3) if nodes.address(number) == primary(store))
    os.kill(processes.pid(nodes.node_folder(killed)), signal.SIGKILL)
    before = [len(appender.acknowledged) for appender in appenders]
    time.sleep(2 * SECONDS / 3)
    stopping.set()
    for appender in appenders:
        appender.join()
    assert [appender.others for appender in appenders] == [[]] * THREADS
    assert all(len(appender.acknowledged) > count for appender, count in zip(appenders, before, strict=True))
    other = CassandraStreams("inventory")
    for reader in (store, other):
        for appender in appenders:
            records = reader.read({appender.stream: 0})[appender.stream]
            assert [record.id for record in records] == appender.acknowledged
            assert [record.version for record in records] == list(range(1, len(records) + 1))
    other.close()
    nodes.start_node(killed)
    (outcome,) = store.append([Write("S0", len(appenders[0].acknowledged), [inventory.StockReceived(quantity=1)])])
    assert isinstance(outcome, Written)
