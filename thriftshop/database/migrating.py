"""Checks for unapplied migrations."""

from functools import lru_cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def missing() -> set[tuple[str, str]]:
    """The unapplied migrations, by app and name."""
    return _known_migrations() - set(MigrationRecorder(connection).applied_migrations())


@lru_cache(maxsize=1)
def _known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)
