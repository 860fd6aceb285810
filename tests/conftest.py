"""Fixtures that every test may use: a clean platform, the transports, the event stores."""

import os
import uuid

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.test import override_settings

from apps.catalog.service import recent, remembered
from apps.recommender.service import recommending
from tests import stores
from tests.services import running
from thriftshop.events import (
    broadcast,
    caching,
    checkpoints,
    dead_letters,
    decider,
    feed,
    groups,
    leases,
    measures,
    processor,
    schedule,
    streams,
)
from thriftshop.rpc import hosting, recent_failures, replicas
from thriftshop.telemetry import repeats

# How long an example takes says something of the machine alone; timings are benchmarks, never assertions.
# Every run takes the same examples, so that none fails by chance; `--hypothesis-profile explore` looks for others.
hypothesis.settings.register_profile(
    "shop",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.register_profile("explore", hypothesis.settings.get_profile("shop"), derandomize=False)
hypothesis.settings.load_profile("shop")


@pytest.fixture(autouse=True)
def clean_platform(tmp_path, settings):
    """Nothing remembered from the test before: deciders, stores, followers, failures; files go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    forget()
    yield
    forget()


def forget():
    decider.forget_all()
    caching.forget_all()
    recent.forget()
    remembered.forget()
    streams.of.cache_clear()
    groups.hosted.cache_clear()
    schedule.jobs.cache_clear()
    measures.forget()
    broadcast.subscriptions.cache_clear()
    feed.of.cache_clear()
    leases.forget()
    checkpoints.forget()
    dead_letters.forget()
    processor.forget()
    hosting.service.cache_clear()
    recommending.forget()
    recent_failures.forget()
    replicas.forget()
    repeats.forget_all()


@pytest.fixture(autouse=True, scope="session")
def emptying_lifts_the_append_only_rule():
    """The log cannot be emptied: between tests with real transactions its triggers are lifted for that moment.

    The full-text index has no model, so Django does not empty it.
    """
    empty = SQLite.ops_class.execute_sql_flush
    empty_index = "DELETE FROM catalog_search"

    def lift_and_empty(database, statements):
        with database.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            empty(database, [*statements, empty_index])
            for _, statement in triggers:
                cursor.execute(statement)

    def disable_and_empty(database, statements):
        with database.connection.cursor() as cursor:
            cursor.execute("ALTER TABLE events_event DISABLE TRIGGER events_event_no_truncate")
            empty(database, [*statements, empty_index])
            cursor.execute("ALTER TABLE events_event ENABLE TRIGGER events_event_no_truncate")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLite.ops_class, "execute_sql_flush", lift_and_empty)
        patch.setattr(PostgreSQL.ops_class, "execute_sql_flush", disable_and_empty)
        yield


@pytest.fixture(params=["local", "loopback"])
def transport(request, settings):
    """Every test that asks for it runs once per transport."""
    settings.RPC_TRANSPORT = request.param
    return request.param


@pytest.fixture(params=stores.EMBEDDED)
def event_store(request):
    """Every test that asks for it runs once per embedded event store."""
    return stores.use(request)


@pytest.fixture(scope="session")
def cassandra_node():
    """A node of Cassandra with the schema."""
    running.need_cassandra()
    from thriftshop.events.streams.cassandra import schema, session

    with running.lock(), override_settings(CASSANDRA_REPLICAS=1, CASSANDRA_KEYSPACE="tests"):
        schema.migrate()
    yield
    session.close()


@pytest.fixture
def cassandra(cassandra_node, settings):
    """Cassandra, where every test has topics of its own, with one shard as the other feeds have one partition."""
    settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_PREFIX = "tests", f"{uuid.uuid4().hex}."
    settings.CASSANDRA_SHARDS = 1
    yield
    for topic in ("inventory", "cart", "orders"):
        close = getattr(streams.of(topic), "close", None)
        if close:
            close()


@pytest.fixture(scope="session")
def kafka_broker():
    """A broker of Kafka."""
    running.need_kafka()


@pytest.fixture
def kafka_topics(kafka_broker, settings):
    """Topics of the test's own, which relays fill from the embedded store."""
    from thriftshop.events.feed.kafka import clients, history, topics

    settings.KAFKA_PREFIX, settings.KAFKA_REPLICAS, settings.KAFKA_MIN_IN_SYNC = f"{uuid.uuid4().hex}.", 1, 1
    settings.KAFKA_PARTITIONS = 1
    settings.EVENT_FEEDS = settings.EVENT_FEEDS | {"inventory": "tests.events.relayed.RelayedFeed"}
    feed.of.cache_clear()
    yield
    feed.of("inventory").close()
    topics.delete(topics.describe([plan.name for plan in topics.plans("inventory")]))
    # Clients go on asking for the topics that they have used.
    clients.forget()
    history.forget()


def pytest_configure(config):
    """Names the run for its workers."""
    if not hasattr(config, "workerinput"):
        os.environ[running.RUN_VARIABLE] = str(os.getpid())


def pytest_sessionfinish(session):
    """Stops the services that the tests have started."""
    if not hasattr(session.config, "workerinput"):
        running.stop()


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, runs what depends on the database alone: the rest has passed on SQLite (`make test`)."""
    if django_settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        config.hook.pytest_deselected(items=[item for item in items if not depends_on_database(item)])
        items[:] = filter(depends_on_database, items)


def depends_on_database(item):
    """Whether a test uses the database, and is not the same test over again on another transport or in memory or in Cassandra."""
    chosen = item.callspec.params if hasattr(item, "callspec") else {}
    if chosen.get("transport") == "loopback" or chosen.get("event_store") in (*stores.CLASSES, *stores.KAFKA_CLIENTS):
        return False
    return item.get_closest_marker("django_db") is not None or bool({"db", "transactional_db"} & {*item.fixturenames})
