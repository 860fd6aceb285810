"""Database transactions: whether one is open that nobody may be asked in, and the frame that is none of that kind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


class Frame(transaction.Atomic):
    """Holds many transactions in one commit; each is still taken back by itself where it fails.

    Only for where everything that is asked inside is answered from this very database: it goes or stays with the asking.
    """


def is_open() -> bool:
    """Whether a transaction is open here: what somebody is asked to do in it could not be rolled back with it.

    Neither a frame counts nor what tests wrap themselves in.
    """
    return connection.in_atomic_block and any(
        not isinstance(block, Frame) and not getattr(block, "_from_testcase", False)
        for block in connection.atomic_blocks
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction in which all queries see the database as it was at the first of them."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
