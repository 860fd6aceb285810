"""The settings of Kafka are checked at start, and `manage.py create_topics` says what to do."""

import io

import pytest
from django.core.management import CommandError, call_command

from thriftshop.events import checks, feed
from thriftshop.events.feed.kafka import topics

FEED = "thriftshop.events.feed.kafka.KafkaFeed"


@pytest.fixture
def kafka_settings(settings):
    """Users at Kafka, at an address where nothing listens."""
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"users": FEED}
    settings.KAFKA_SERVERS = ["127.0.0.1:9"]
    feed.of.cache_clear()
    topics.forget()
    yield settings
    topics.forget()


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("KAFKA_SERVERS", [], "KAFKA_SERVERS: no broker is named."),
        ("KAFKA_SERVERS", ["kafka-1"], "KAFKA_SERVERS: 'kafka-1' is not an address."),
        ("KAFKA_CLIENT", "librdkafka", "KAFKA_CLIENT: 'librdkafka' is not a client."),
        ("KAFKA_PREFIX", "a shop", "KAFKA_PREFIX: 'a shop' cannot begin the name of a topic."),
        ("KAFKA_PARTITIONS", 257, "KAFKA_PARTITIONS: 257 is out of range."),
        ("KAFKA_REPLICAS", 0, "KAFKA_REPLICAS: 0 is out of range."),
        ("KAFKA_MIN_IN_SYNC", 4, "KAFKA_MIN_IN_SYNC: 4 is out of range."),
        ("KAFKA_TIMEOUT_SECONDS", 0.5, "KAFKA_TIMEOUT_SECONDS: 0.5 is too short."),
        ("KAFKA_CA", "/no/such/file", "KAFKA_CA: there is no file /no/such/file."),
        ("KAFKA_CERTIFICATE", "manage.py", "KAFKA_CERTIFICATE: it is not used without TLS."),
        ("KAFKA_USER", "shop", "KAFKA_USER: user and password belong together."),
        ("KAFKA_SASL", "GSSAPI", "KAFKA_SASL: 'GSSAPI' is not supported."),
    ],
)
def test_a_wrong_setting_is_reported(kafka_settings, setting, value, complaint):
    setattr(kafka_settings, setting, value)
    assert complaint in [message.msg for message in checks.check_event_settings(None)]


def test_the_settings_are_right_by_default_and_not_looked_at_without_kafka(kafka_settings):
    assert checks.check_event_settings(None) == []
    kafka_settings.EVENT_FEEDS = {"default": "thriftshop.events.feed.database.DatabaseFeed"}
    kafka_settings.KAFKA_SERVERS = []
    assert not any("KAFKA" in message.msg for message in checks.kafka_settings.problems())


def test_creating_topics_at_an_unreachable_cluster_names_its_address(kafka_settings):
    kafka_settings.KAFKA_TIMEOUT_SECONDS = 1.0
    with pytest.raises(CommandError, match=r"Kafka at 127\.0\.0\.1:9 does not answer"):
        call_command("create_topics")


def test_creating_topics_does_nothing_without_kafka():
    output = io.StringIO()
    call_command("create_topics", stdout=output)
    assert output.getvalue() == "No topic is followed at Kafka: nothing to create.\n"


@pytest.fixture
def users_topics(kafka_broker, kafka_settings):
    """Names of the test's own for the topics of users."""
    kafka_settings.KAFKA_SERVERS, kafka_settings.KAFKA_PREFIX = ["127.0.0.1:9092"], "create-topics-test."
    kafka_settings.KAFKA_REPLICAS = kafka_settings.KAFKA_MIN_IN_SYNC = 1
    topics.forget()
    yield kafka_settings
    topics.delete(topics.describe([plan.name for plan in topics.plans("users")]))


def created() -> list[str]:
    output = io.StringIO()
    call_command("create_topics", stdout=output)
    return output.getvalue().splitlines()


def test_topics_are_created_by_the_contracts_with_one_for_events_that_no_other_context_may_read(users_topics):
    everyone = "analytics, cart, experiments, gateway, orders, sessions, users"
    assert created() == [
        f"create-topics-test.users: created, 6 partitions, read by {everyone}.",
        "create-topics-test.users.restricted: created, 6 partitions, read by users.",
    ]
    assert topics.get("create-topics-test.users").partitions == 6
    assert created()[0] == f"create-topics-test.users: is up to date, 6 partitions, read by {everyone}."


def test_another_number_of_partitions_is_refused_because_streams_would_be_in_two(users_topics):
    created()
    users_topics.KAFKA_PARTITIONS = 3
    with pytest.raises(CommandError, match="users has 6 partitions, and the contract or KAFKA_PARTITIONS says 3"):
        created()


def test_more_replicas_than_brokers_are_refused(users_topics):
    users_topics.KAFKA_REPLICAS = 3
    with pytest.raises(CommandError, match=r"3 brokers are needed \(KAFKA_REPLICAS\)"):
        created()
