"""What production runs on, under a split shop: databases of PostgreSQL, streams in Cassandra, the feed at Kafka."""

import os
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from thriftshop import contexts
from thriftshop.contexts import EventStore
from thriftshop.database import roles
from thriftshop.processes import backbones, commands, splitting
from thriftshop.processes.backbones import Unavailable

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
CONNECT_SECONDS = 3
MAX_REPLICAS = 3
STREAMS = "thriftshop.events.streams.cassandra.CassandraStreams"
FEED = "thriftshop.events.feed.kafka.KafkaFeed"
CREATE = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
# Which migrations a database has is in its comment, which goes with the database.
MIGRATED = "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"


@dataclass(frozen=True, slots=True)
class Real:
    """The data of the shop of this name: databases `<name>_<context>`, the keyspace `<name>`, topics `<name>.<context>`.

    `server` is PostgreSQL's address as an administrator. The roles that migrate and run get no password: the server must
    trust connections from this machine.
    """

    name: str
    server: str

    @property
    def rows(self) -> Sequence[tuple[str, str]]:
        """What the table of addresses says of it."""
        names = self.variables()
        hosts, servers = ", ".join(settings.CASSANDRA_HOSTS), ", ".join(settings.KAFKA_SERVERS)
        return [
            ("PostgreSQL", self._url(self.name + "_<context>", "<role>")),
            ("Cassandra", f"keyspace {names['CASSANDRA_KEYSPACE']} at {hosts}"),
            ("Kafka", f"topics {names['KAFKA_PREFIX']}<context> at {servers}"),
        ]

    def database(self, name: str) -> str:
        """The DATABASE_URL with which a context or driver runs."""
        return self._url(self._database(name), self._database(name) + roles.RUN)

    def variables(self) -> Mapping[str, str]:
        """Where streams and topics are. Variables of the same names that are set already come first."""
        brokers = min(MAX_REPLICAS, len(settings.KAFKA_SERVERS))
        chosen = {
            "CASSANDRA_KEYSPACE": self.name,
            "CASSANDRA_REPLICAS": str(min(MAX_REPLICAS, len(settings.CASSANDRA_HOSTS))),
            "KAFKA_PREFIX": f"{self.name}.",
            "KAFKA_REPLICAS": str(brokers),
            "KAFKA_MIN_IN_SYNC": str(brokers // 2 + 1),
        }
        chosen = {name: os.environ.get(name, value) for name, value in chosen.items()}
        return {**chosen, "EVENT_STORE": STREAMS, "EVENT_FEED": FEED, "EVENT_FEEDS": ""}

    def outdated(self, names: Sequence[str]) -> list[str]:
        """Those of these contexts and drivers whose databases are missing or lack migrations. Raises Unavailable."""
        with self._connected("postgres") as connection:
            migrated = dict(connection.execute(MIGRATED).fetchall())
        return [name for name in names if migrated.get(self._database(name)) != splitting.known_migrations()]

    def prepare(self, names: Sequence[str], environment: Mapping[str, str]) -> None:
        """Create databases with their roles, tables, the keyspace and topics. Raises Unavailable, commands.Failed."""
        _check_reachable("Kafka", "KAFKA_SERVERS", [_endpoint(server) for server in settings.KAFKA_SERVERS])
        nodes = [(host, settings.CASSANDRA_PORT) for host in settings.CASSANDRA_HOSTS]
        _check_reachable("Cassandra", "CASSANDRA_HOSTS", nodes)
        for name in names:
            self._create(self._database(name))
        commands.run([*self._events(environment), *(self._migration(name, environment) for name in names)])
        with self._connected("postgres") as connection:
            for name in names:
                comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
                identifier = sql.Identifier(self._database(name))
                connection.execute(comment.format(identifier, sql.Literal(splitting.known_migrations())))

    def _create(self, database: str) -> None:
        """Create a database, unless it exists, and its roles (docs/decisions/0044-roles-of-postgresql.md)."""
        with self._connected("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(sql.SQL(CREATE).format(sql.Identifier(database)))
        with self._connected(database) as connection, connection.transaction():
            roles.create_by(connection.execute, database)

    def _migration(self, name: str, environment: Mapping[str, str]) -> commands.Command:
        owner = self._url(self._database(name), self._database(name) + roles.MIGRATE)
        return backbones.migration(name, owner, environment)

    def _events(self, environment: Mapping[str, str]) -> Iterator[commands.Command]:
        """The commands that create the keyspace with its tables, and the topics; neither uses a database."""
        recording = [config for config in contexts.all_contexts() if config.event_store]
        in_streams = [config.label for config in recording if config.event_store is EventStore.STREAMS]
        for command, hosted in (("migrate_streams", in_streams), ("create_topics", [one.label for one in recording])):
            variables = {**environment, **splitting.own_variables(",".join(hosted), self.database(hosted[0]))}
            yield commands.Command([command], variables, f"`manage.py {command}` failed")

    def _database(self, name: str) -> str:
        return f"{self.name}_{name}"

    def _url(self, database: str, role: str) -> str:
        return f"postgres://{role}@{urlsplit(self.server).netloc.rpartition('@')[2]}/{database}"

    @contextmanager
    def _connected(self, database: str) -> Iterator[psycopg.Connection]:
        """A connection as the administrator. Raises Unavailable for what the server refuses, too."""
        try:
            address = f"{self.server.rstrip('/')}/{database}"
            with psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
                yield connection
        except psycopg.Error as error:
            problem = str(error).strip().splitlines()[0]
            raise Unavailable(f"PostgreSQL: {problem}. {_hint('--postgresql')}") from error


def _check_reachable(service: str, variable: str, endpoints: Sequence[tuple[str, int]]) -> None:
    """Raise Unavailable if nothing listens at any of these addresses."""
    for endpoint in endpoints:
        try:
            socket.create_connection(endpoint, CONNECT_SECONDS).close()
        except OSError:
            continue
        return
    tried = ", ".join(f"{host}:{port}" for host, port in endpoints)
    raise Unavailable(f"{service} does not answer at {tried}. {_hint(variable)}")


def _hint(variable: str) -> str:
    return f"Start it with `make services`, or correct {variable}."


def _endpoint(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    return host.strip("[]"), int(port)
