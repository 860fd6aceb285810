"""Backups of databases by PostgreSQL's own tools."""

import subprocess
from pathlib import Path

from tests import postgres
from tests.services import postgresql


def back_up(database: str, file: Path) -> None:
    """Write what a database has at this moment; it is used meanwhile."""
    _run("pg_dump", "--format=custom", f"--file={file}", f"{postgresql.ADDRESS}/{database}")


def restore(database: str, file: Path) -> None:
    """Fill an empty database, with the owners and permissions of its tables."""
    _run(
        "pg_restore",
        "--exit-on-error",
        "--clean",
        "--if-exists",
        f"--dbname={postgresql.ADDRESS}/{database}",
        str(file),
    )


def _run(program: str, *arguments: str) -> None:
    folder = postgres.programs()
    assert folder is not None, postgres.MISSING
    ended = subprocess.run(  # noqa: S603 - PostgreSQL's programs
        [folder / program, *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
