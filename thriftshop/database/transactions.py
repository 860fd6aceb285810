"""Database transactions, inside which calls are refused, and frames, inside which they are allowed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction


class Frame(transaction.Atomic):
    """Groups several transactions into one commit; each still rolls back on its own if it fails.

    Only for calls that are answered from the same database, so that their effects commit or roll back together.
    """


def is_open() -> bool:
    """Whether a transaction is open. The effects of a call inside it could not be rolled back with it.

    Frames and the transactions of test cases do not count.
    """
    # `connection` would create a connection object for each task of an event loop, which none of them needs.
    existing = getattr(connections._connections, DEFAULT_DB_ALIAS, None)  # type: ignore[attr-defined]
    return (
        existing is not None
        and existing.in_atomic_block
        and any(
            not isinstance(block, Frame) and not getattr(block, "_from_testcase", False)
            for block in existing.atomic_blocks
        )
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction in which all queries see the snapshot of the first one."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
