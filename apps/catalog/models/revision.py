"""The revision of the catalog: another with each write. Until then, what was computed from the catalog can be remembered."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

from thriftshop.database import statements

RENEW = "INSERT INTO catalog_revision (id, token) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET token = excluded.token"
READ = "SELECT token FROM catalog_revision WHERE id = 1"
# The token of a catalog that was never written to.
UNWRITTEN = 0

_is_changing: ContextVar[bool] = ContextVar("catalog_is_changing", default=False)


class Revision(models.Model):
    """The current revision, in the only row. It is random: after a rollback, a number would be used again."""

    token = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.token)


def current() -> int | None:
    """The token of the catalog as it is now; None during a write, when nothing may be remembered."""
    if _is_changing.get():
        return None
    rows = statements.fetch(READ)
    return int(rows[0][0]) if rows else UNWRITTEN


@contextmanager
def changing() -> Iterator[None]:
    """Give the catalog another token at the end of the block, in the transaction that writes to it."""
    reset = _is_changing.set(True)
    try:
        yield
        statements.execute(RENEW, [secrets.randbits(62)])
    finally:
        _is_changing.reset(reset)
