"""Commits in groups: much done at a stretch and written at once, for imports into an embedded database."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.transaction import TransactionManagementError

from thriftshop.database import transactions
from thriftshop.events import decider, envelope

HERE = ("local", "loopback")
KEPT_HERE = "thriftshop.events.streams.database.DatabaseStreams"
SHARED_SECONDS = 10.0
"""The time after another connection's write in which transactions are committed separately, so that it can write too."""

_seen = threading.local()  # of this thread's connection: the count of others' commits, and until when it is shared


@contextmanager
def together() -> Iterator[None]:
    """Commits the block's transactions together at its end; if it fails, nothing is stored or cached.

    Nobody else can see them before, or write meanwhile: keep the block short, and never wait for other processes in it.
    If a part may be stored or executed elsewhere, or other connections write, each transaction is committed separately.
    """
    if not (_is_all_here() and _is_alone()):
        yield
        return
    try:
        with transactions.Frame(DEFAULT_DB_ALIAS, savepoint=True, durable=True):
            yield
            if connection.needs_rollback:
                raise TransactionManagementError("Something failed inside and was passed over: nothing was written.")
    except BaseException:
        decider.forget_all()
        envelope.forget()
        raise


def _is_all_here() -> bool:
    """Whether everything that can be done from here is answered in this thread, from this connection, which is free."""
    return (
        connection.vendor == "sqlite"
        and not connection.in_atomic_block
        and settings.MONOLITH
        and settings.RPC_TRANSPORT in HERE
        and set(settings.EVENT_STORES.values()) == {KEPT_HERE}
    )


def _is_alone() -> bool:
    """Whether no other connection has written to the database file for a while: SQLite counts their commits."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        version = int(cursor.fetchone()[0])
    if version != getattr(_seen, "version", version):
        _seen.shared_until = time.monotonic() + SHARED_SECONDS
    _seen.version = version
    return time.monotonic() >= getattr(_seen, "shared_until", 0.0)
