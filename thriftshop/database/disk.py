"""A full or read-only disk: detected by a failed write, and tested until a write succeeds.

Reads continue; calls that write fail with `Unavailable`, and the process is not ready. An unreachable database server
(thriftshop/database/outages.py) is answered in the same way; readiness connects to the server itself.
"""

import errno
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from thriftshop.database import outages
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.database.disk")
_failures = repeats.Repeats(log)

MESSAGE = "cannot write"
TEST_SECONDS = 1.0
TEST_BYTES = 65_536
# Django raises a general error class for these errors of SQLite.
_SQLITE_MESSAGES = ("database or disk is full", "attempt to write a readonly database", "disk i/o error")
# Rows too small to be compressed, in a table that is never committed: the file is extended immediately.
_POSTGRESQL_TEST_WRITE = (
    "CREATE TABLE thriftshop_disk_trial (filling text)",
    "INSERT INTO thriftshop_disk_trial SELECT repeat('x', 1900) FROM generate_series(1, 40)",
)
_ERRNOS = (errno.ENOSPC, errno.EROFS, errno.EDQUOT)

_lock = threading.Lock()
_problem = ""
_folder: Path | None = None  # the folder of the file that could not be written; None for the database
_tested_at = 0.0


def problem_of(error: BaseException | None) -> str:
    """The problem with the disk, from an error or its cause; empty if the error has another reason."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRNOS:
            return f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror)
        if isinstance(error, DatabaseError) and _cannot_write(error):
            return f"{str(error).strip().partition(chr(10))[0]}: {settings.DATABASES['default']['NAME']}"
        error = error.__cause__
    return ""


def _cannot_write(error: DatabaseError) -> bool:
    code = outages.sqlstate(error)
    return code in outages.CANNOT_WRITE or any(text in str(error).lower() for text in _SQLITE_MESSAGES)


def note(error: BaseException) -> str:
    """Remember and log a problem with the disk, if it is the reason of this error.

    Returns the problem, or why the database cannot be reached; empty for any other error.
    """
    global _problem, _folder, _tested_at
    if problem := problem_of(error):
        _failures.report(logging.ERROR, MESSAGE, "", extra={"problem": problem})
        with _lock:
            file = getattr(error, "filename", None)
            _problem, _tested_at = problem, time.monotonic()
            _folder = Path(str(file)).parent if file else None
    return problem or outages.reason_of(error)


@contextmanager
def tolerated() -> Iterator[None]:
    """A block for an optional write, whose failure is ignored if the disk is full."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        if not note(error):
            raise


def problem() -> str:
    """The current problem with the disk; empty if there is none. Tests it with a write at most once a second."""
    global _problem, _tested_at
    if _problem and time.monotonic() - _tested_at >= TEST_SECONDS:
        _tested_at = time.monotonic()
        try:
            _test_write()
        except (DatabaseError, OSError) as error:
            if note(error):
                return _problem
        # The write succeeded, or failed for a reason other than the disk.
        _problem = ""
        _failures.recovered(MESSAGE, "")
    return _problem


def _test_write() -> None:
    if _folder is not None:
        with tempfile.TemporaryFile(dir=_folder if _folder.is_dir() else settings.MEDIA_ROOT) as file:
            file.write(bytes(TEST_BYTES))
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                for statement in _POSTGRESQL_TEST_WRITE:
                    cursor.execute(statement)
                transaction.set_rollback(True)
            return
        # Two transactions: pages that are freed in the transaction that allocated them are not released to the disk.
        with transaction.atomic():
            cursor.execute("CREATE TABLE IF NOT EXISTS thriftshop_disk_trial (filling BLOB)")
            cursor.execute("INSERT INTO thriftshop_disk_trial VALUES (zeroblob(%s))", [TEST_BYTES])
        cursor.execute("DROP TABLE thriftshop_disk_trial")


class Middleware:
    """Answers 503 if a page failed because of the disk or an unreachable database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The response to such a failure; Django answers all others."""
        return _unavailable(error) if note(error) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: answers 503 for failures outside of views, for instance when a login session is saved."""
    error = sys.exc_info()[1]
    return _unavailable(error) if error is not None and note(error) else defaults.server_error(request)


def _unavailable(error: BaseException) -> HttpResponse:
    if problem_of(error):
        text = "The shop cannot save anything at the moment: its disk is full or read-only. Nothing was changed."
    else:
        text = "The shop cannot reach its database at the moment. Try again in a minute."
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "30"})
