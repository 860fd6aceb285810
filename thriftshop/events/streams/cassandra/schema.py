"""The schema of the streams in Cassandra, and its migrations (`manage.py migrate_streams`)."""

from collections.abc import Sequence

from cassandra.cluster import Session
from django.conf import settings

from thriftshop.events.streams.cassandra import session
from thriftshop.rpc import errors

# A migration is never changed once it is released: the next one changes what it made.
MIGRATIONS: Sequence[Sequence[str]] = (
    (
        # The log: events of many streams in the order in which they were committed. `head` is the last sequence of the
        # bucket, on which every write is conditional; the row that ends a bucket has `ends_bucket`.
        """CREATE TABLE IF NOT EXISTS log (
            topic text, shard int, bucket int, sequence bigint, head bigint static,
            stream text, version bigint, kind text, key text, payload blob, ends_bucket boolean,
            PRIMARY KEY ((topic, shard, bucket), sequence))""",
        # The index by stream. Rows of version 0 are the keys of commands, with the version of the event in `at`.
        """CREATE TABLE IF NOT EXISTS streams (
            topic text, stream text, part int, version bigint, key text, at bigint, payload blob,
            PRIMARY KEY ((topic, stream, part), version, key))""",
        # Up to where the log is in the index, by shard.
        """CREATE TABLE IF NOT EXISTS watermarks (
            topic text, shard int, bucket int, sequence bigint, PRIMARY KEY ((topic, shard)))""",
        # The number of shards with which a topic was begun: it never changes.
        "CREATE TABLE IF NOT EXISTS topics (topic text PRIMARY KEY, shards int)",
    ),
    (
        # In one column, so that of two processes that write at once one wins altogether.
        "CREATE TABLE IF NOT EXISTS snapshots (topic text, stream text, snapshot blob, PRIMARY KEY ((topic, stream)))",
    ),
)
# All nodes must agree on a change of the schema, which takes longer than a request.
CHANGE_SECONDS = 60.0
APPLIED = "CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY)"


def migrate() -> list[int]:
    """Create the keyspace if it is missing and apply the missing migrations; return their numbers. Raises Unavailable."""
    with session.translated():
        connection = session.connect()
        try:
            _create_keyspace(connection)
            connection.set_keyspace(settings.CASSANDRA_KEYSPACE)
            connection.execute(APPLIED, timeout=CHANGE_SECONDS)
            applied = {row[0] for row in connection.execute("SELECT number FROM migrations")}
            missing = [number for number in range(1, len(MIGRATIONS) + 1) if number not in applied]
            for number in missing:
                for statement in MIGRATIONS[number - 1]:
                    connection.execute(statement, timeout=CHANGE_SECONDS)
                connection.execute("INSERT INTO migrations (number) VALUES (%s)", (number,))
            return missing
        finally:
            connection.cluster.shutdown()


def _create_keyspace(connection: Session) -> None:
    name, datacenter = settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_DATACENTER
    nodes = [host for host in connection.cluster.metadata.all_hosts() if host.datacenter == datacenter]
    if len(nodes) < settings.CASSANDRA_REPLICAS:
        raise errors.Unavailable(
            f"CASSANDRA_REPLICAS is {settings.CASSANDRA_REPLICAS}, and {datacenter} has {len(nodes)} nodes:"
            " add nodes, or set CASSANDRA_REPLICAS to 1 on a machine for development."
        )
    replication = f"{{'class': 'NetworkTopologyStrategy', '{datacenter}': {settings.CASSANDRA_REPLICAS}}}"
    connection.execute(f"CREATE KEYSPACE IF NOT EXISTS {name} WITH replication = {replication}", timeout=CHANGE_SECONDS)
