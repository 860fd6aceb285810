"""The connection: takes the write lock before a transaction or a single statement that writes, and releases it afterwards."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db.backends.sqlite3 import base, creation

from thriftshop.database.sqlite3 import write_lock
from thriftshop.database.sqlite3.write_lock import WriteLock

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single statements wait for the write lock, as transactions do."""

    database: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute a statement."""
        if not self.database.writes_alone(query):
            return super().execute(query, params)
        with self.database.write_lock():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Execute a statement for each of the parameters."""
        if not self.database.writes_alone(query):
            return super().executemany(query, param_list)
        with self.database.write_lock():
            return super().executemany(query, param_list)


class DatabaseCreation(creation.DatabaseCreation):
    """Creates and destroys test databases, with the file of their lock."""

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        super()._destroy_test_db(test_database_name, verbosity)  # type: ignore[misc]
        with suppress(FileNotFoundError):
            os.unlink(f"{test_database_name}{write_lock.SUFFIX}")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a file of SQLite."""

    creation_class = DatabaseCreation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: WriteLock | None = None

    def create_cursor(self, name: str | None = None) -> Cursor:
        """A cursor of this connection."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.database = self
        return cursor

    def writes_alone(self, query: str) -> bool:
        """Whether a statement writes outside a transaction."""
        return not self.connection.in_transaction and query.lstrip()[:7].upper().startswith(WRITES)

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """A block with the write lock."""
        self._take()
        try:
            yield
        finally:
            self._release()

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release()
            raise

    def _commit(self) -> None:
        # If this fails, the transaction is rolled back or the connection closed.
        super()._commit()  # type: ignore[misc]
        self._release()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._release()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._release()

    def _take(self) -> None:
        if self._held is None and (path := self._path()):
            lock = write_lock.of(path)
            lock.take(self.settings_dict["OPTIONS"].get("timeout", 5.0))
            self._held = lock

    def _release(self) -> None:
        lock, self._held = self._held, None
        if lock is not None:
            lock.release()

    def _path(self) -> str:
        """The database's file; empty for one in memory."""
        name = str(self.settings_dict["NAME"])
        return "" if name.startswith("file:") or self.is_in_memory_db() else name
