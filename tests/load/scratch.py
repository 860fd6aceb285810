"""A migrated database of its own for a measurement, deleted at the end."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database() -> Iterator[Path]:
    """Set Django up on a new SQLite database; the block gets its folder."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/shop.sqlite3"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield Path(folder)
