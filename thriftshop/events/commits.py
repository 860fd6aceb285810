"""Group commits: many transactions committed as one, for imports into an embedded database."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.transaction import TransactionManagementError

from thriftshop.database import transactions
from thriftshop.events import decider, envelope

LOCAL_TRANSPORTS = ("local", "loopback")
DATABASE_STREAMS = "thriftshop.events.streams.database.DatabaseStreams"
SHARED_SECONDS = 10.0
"""The time after another connection's write in which transactions are committed separately, so that it can write too."""

_seen = threading.local()  # of this thread's connection: the number of others' commits, and until when it is shared


@contextmanager
def group_commits() -> Iterator[None]:
    """Commit the block's transactions as one at its end; if it fails, nothing is stored or cached.

    Until then no other connection sees them or can write: keep the block short, and never wait for other processes in it.
    If calls or events may leave this process, or other connections write, each transaction is committed separately.
    """
    if not (_is_in_one_database() and _is_only_writer()):
        yield
        return
    try:
        with transactions.Frame(DEFAULT_DB_ALIAS, savepoint=True, durable=True):
            yield
            if connection.needs_rollback:
                raise TransactionManagementError(
                    "A database error inside the block was suppressed: nothing was written."
                )
    except BaseException:
        decider.forget_all()
        envelope.forget()
        raise


def _is_in_one_database() -> bool:
    """Whether every call is answered in this thread, with this connection, which has no transaction open."""
    return (
        connection.vendor == "sqlite"
        and not connection.in_atomic_block
        and settings.MONOLITH
        and settings.RPC_TRANSPORT in LOCAL_TRANSPORTS
        and set(settings.EVENT_STORES.values()) == {DATABASE_STREAMS}
    )


def _is_only_writer() -> bool:
    """Whether no other connection has written to the database file for a while: SQLite counts their commits."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        version = int(cursor.fetchone()[0])
    if version != getattr(_seen, "version", version):
        _seen.shared_until = time.monotonic() + SHARED_SECONDS
    _seen.version = version
    return time.monotonic() >= getattr(_seen, "shared_until", 0.0)
