"""The connection to Cassandra: one session per process, opened when it is first needed, and its prepared statements."""

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cassandra import ConsistencyLevel, DriverException, InvalidRequest
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable, ResponseFuture, Session
from cassandra.connection import ConnectionException
from cassandra.policies import (
    DCAwareRoundRobinPolicy,
    ExponentialReconnectionPolicy,
    FallthroughRetryPolicy,
    TokenAwarePolicy,
)
from cassandra.query import UNSET_VALUE, BatchStatement, BatchType, PreparedStatement, tuple_factory
from django.conf import settings

from thriftshop.events import cassandra_settings
from thriftshop.events.streams import NoAnswer

SERIAL = "serial"
UNSET = UNSET_VALUE
"""In place of None in a row to insert: None would write a tombstone, which every read passes over."""
FAILURES = (DriverException, NoHostAvailable, ConnectionException)
"""What the driver raises if Cassandra does not answer or answers with an error."""
# The driver sends a request in portions of 4 KB. With Nagle's algorithm the second waits 40 ms for the first's acknowledgement.
NO_DELAY = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
FIRST_RECONNECT_SECONDS, MAX_RECONNECT_SECONDS = 0.2, 5.0
# A conditional write that timed out may have been applied: it is read back, never repeated by the driver.
NO_RETRIES = FallthroughRetryPolicy()

_lock = threading.RLock()
_session: Session | None = None
_prepared: dict[str, PreparedStatement] = {}


def connect() -> Session:
    """A new session, for the caller to shut down with its cluster."""
    policy = TokenAwarePolicy(DCAwareRoundRobinPolicy(settings.CASSANDRA_DATACENTER))
    profiles = {
        EXEC_PROFILE_DEFAULT: _profile(policy, ConsistencyLevel.LOCAL_QUORUM),
        SERIAL: _profile(policy, ConsistencyLevel.LOCAL_SERIAL),
    }
    cluster = Cluster(
        settings.CASSANDRA_HOSTS,
        port=settings.CASSANDRA_PORT,
        protocol_version=5,
        execution_profiles=profiles,
        auth_provider=_credentials(),
        ssl_context=cassandra_settings.tls(),
        reconnection_policy=ExponentialReconnectionPolicy(FIRST_RECONNECT_SECONDS, MAX_RECONNECT_SECONDS),
        connect_timeout=settings.CASSANDRA_TIMEOUT_SECONDS,
        sockopts=NO_DELAY,
    )
    try:
        return cluster.connect()
    except BaseException:
        cluster.shutdown()
        raise


def _profile(policy: TokenAwarePolicy, consistency: int) -> ExecutionProfile:
    return ExecutionProfile(
        load_balancing_policy=policy,
        row_factory=tuple_factory,
        consistency_level=consistency,
        serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
        request_timeout=settings.CASSANDRA_TIMEOUT_SECONDS,
    )


def _credentials() -> PlainTextAuthProvider | None:
    if not settings.CASSANDRA_USER:
        return None
    return PlainTextAuthProvider(settings.CASSANDRA_USER, settings.CASSANDRA_PASSWORD)


def current() -> Session:
    """The session of this process. Raises Unavailable."""
    global _session
    if _session is None:
        with _lock:
            if _session is None:
                with translated():
                    _session = connect()
    return _session


def close() -> None:
    """Close the session of this process; the next use opens another."""
    with _lock:
        if _session is not None:
            _session.cluster.shutdown()
        _forget()


def _forget() -> None:
    global _session
    _session = None
    _prepared.clear()


# The sockets and threads of a session belong to the process that opened it.
os.register_at_fork(after_in_child=_forget)


@contextmanager
def translated() -> Iterator[None]:
    """Raise the driver's errors as Unavailable, with what to do."""
    try:
        yield
    except InvalidRequest as error:
        if "unconfigured table" in str(error) or "does not exist" in str(error):
            raise NoAnswer(f"{_keyspace()} has no tables yet: run `manage.py migrate_streams`.") from error
        raise
    except FAILURES as error:
        raise NoAnswer(f"{_keyspace()} does not answer: {error}") from error


def _keyspace() -> str:
    hosts = ", ".join(settings.CASSANDRA_HOSTS)
    return f"Cassandra's keyspace {settings.CASSANDRA_KEYSPACE} on {hosts}:{settings.CASSANDRA_PORT}"


def execute(statement: str, parameters: Sequence[Any] = (), profile: object = EXEC_PROFILE_DEFAULT) -> list[Any]:
    """Execute a prepared statement; return all rows. Raises Unavailable."""
    session = current()
    with translated():
        return list(session.execute(_prepare(session, statement), parameters, execution_profile=profile))


def start(statement: str, parameters: Sequence[Any] = (), profile: object = EXEC_PROFILE_DEFAULT) -> ResponseFuture:
    """Send a prepared statement without waiting for its rows: `rows` does. Raises Unavailable."""
    session = current()
    with translated():
        return session.execute_async(_prepare(session, statement), parameters, execution_profile=profile)


def rows(future: ResponseFuture) -> list[Any]:
    """Wait for the rows of a statement. Raises Unavailable."""
    with translated():
        return list(future.result())


def batch(statements: Sequence[tuple[str, Sequence[Any]]], *, conditional: bool = False) -> ResponseFuture:
    """Send statements for one partition as a batch, without waiting for its result."""
    session = current()
    statement = BatchStatement(BatchType.UNLOGGED, retry_policy=NO_RETRIES if conditional else None)
    with translated():
        for text, parameters in statements:
            statement.add(_prepare(session, text), parameters)
        return session.execute_async(statement)


def _prepare(session: Session, statement: str) -> PreparedStatement:
    prepared = _prepared.get(statement)
    if prepared is None:
        with _lock:
            text = statement.format(keyspace=settings.CASSANDRA_KEYSPACE)
            prepared = _prepared[statement] = session.prepare(text)
    return prepared
