"""The settings of Cassandra are checked at start, and `manage.py migrate_streams` says what to do."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.services.cassandra import certificates
from thriftshop.events import checks

STORE = "thriftshop.events.streams.cassandra.CassandraStreams"
FEED = "thriftshop.events.feed.cassandra.CassandraFeed"


@pytest.fixture
def cassandra_settings(settings):
    """Orders in Cassandra, at an address where nothing listens."""
    settings.EVENT_STORES = settings.EVENT_STORES | {"orders": STORE}
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"orders": FEED}
    settings.CASSANDRA_PORT = 9
    return settings


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("CASSANDRA_HOSTS", [], "CASSANDRA_HOSTS: no host is named."),
        ("CASSANDRA_DATACENTER", "", "CASSANDRA_DATACENTER: none is named."),
        ("CASSANDRA_KEYSPACE", "shop; DROP", "CASSANDRA_KEYSPACE: 'shop; DROP' is not the name of a keyspace."),
        ("CASSANDRA_PORT", 0, "CASSANDRA_PORT: 0 is not a port."),
        ("CASSANDRA_SHARDS", 0, "CASSANDRA_SHARDS: 0 is out of range."),
        ("CASSANDRA_SHARDS", 65, "CASSANDRA_SHARDS: 65 is out of range."),
        ("CASSANDRA_REPLICAS", 0, "CASSANDRA_REPLICAS: 0 keeps nothing."),
        ("CASSANDRA_TIMEOUT_SECONDS", 0.0, "CASSANDRA_TIMEOUT_SECONDS: 0.0 is not a time."),
        ("CASSANDRA_CA", "/no/such/file", "CASSANDRA_CA: there is no file /no/such/file."),
        ("CASSANDRA_CERTIFICATE", "manage.py", "CASSANDRA_CERTIFICATE: it is not used without TLS."),
        (
            "CASSANDRA_CERTIFICATE_KEY",
            "manage.py",
            "CASSANDRA_CERTIFICATE_KEY: the certificate is missing.",
        ),
        ("CASSANDRA_USER", "shop", "CASSANDRA_USER: user and password belong together."),
    ],
)
def test_a_wrong_setting_is_reported(cassandra_settings, setting, value, complaint):
    setattr(cassandra_settings, setting, value)
    assert complaint in [message.msg for message in checks.check_event_settings(None)]


def test_files_of_tls_that_cannot_be_used_are_reported(cassandra_settings, tmp_path):
    certificates.make(tmp_path, ["127.0.0.1"])
    certificates.make(tmp_path / "other", ["127.0.0.1"])
    settings = cassandra_settings
    settings.CASSANDRA_TLS, settings.CASSANDRA_CA = True, str(tmp_path / "ca.pem")
    settings.CASSANDRA_CERTIFICATE = str(tmp_path / "client.pem")
    for key, complaints in (("client.key", 0), ("other/client.key", 1), ("keystore.p12", 1), ("ca.pem", 1)):
        settings.CASSANDRA_CERTIFICATE_KEY = str(tmp_path / key)
        found = [message.msg for message in checks.check_event_settings(None)]
        assert len(found) == complaints, key
        assert all(text.startswith("CASSANDRA_TLS: its files cannot be used: ") for text in found)


def test_the_settings_are_right_by_default_and_not_looked_at_without_cassandra(cassandra_settings):
    assert checks.check_event_settings(None) == []
    cassandra_settings.EVENT_STORES = cassandra_settings.EVENT_FEEDS = {}
    cassandra_settings.CASSANDRA_SHARDS = 0
    assert not any("CASSANDRA" in message.msg for message in checks.cassandra_settings.problems())


def test_streams_in_cassandra_need_a_feed_that_reads_them(cassandra_settings):
    cassandra_settings.EVENT_STORES = cassandra_settings.EVENT_STORES | {"orders": checks.streams.OUTBOX}
    (message,) = checks.check_event_settings(None)
    assert message.msg == (
        "EVENT_FEED: orders: EVENT_FEEDS has orders in Cassandra, EVENT_STORES does not: set both or neither."
    )


def test_migrating_an_unreachable_cluster_names_its_address(cassandra_settings):
    with pytest.raises(CommandError, match=r"Cassandra's keyspace thriftshop on 127\.0\.0\.1:9 does not answer"):
        call_command("migrate_streams")


def test_migrating_does_nothing_without_cassandra(settings):
    output = io.StringIO()
    call_command("migrate_streams", stdout=output)
    assert output.getvalue() == "No streams are in Cassandra: nothing to migrate.\n"


def test_migrating_again_applies_nothing(cassandra, cassandra_settings):
    cassandra_settings.CASSANDRA_PORT = 9042
    cassandra_settings.CASSANDRA_REPLICAS = 1
    output = io.StringIO()
    call_command("migrate_streams", stdout=output)
    assert output.getvalue() == "Streams in tests: nothing to apply.\n"


def test_more_replicas_than_nodes_are_refused(cassandra, cassandra_settings):
    cassandra_settings.CASSANDRA_PORT = 9042
    with pytest.raises(CommandError, match="CASSANDRA_REPLICAS is 3, and datacenter1 has 1 nodes: add nodes, or set"):
        call_command("migrate_streams")
