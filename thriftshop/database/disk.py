"""A full or read-only disk: recognised by the error of a failed write, and tried again until it can be written to.

Reads go on; what needs to write is answered with `Unavailable`, and the process is not ready. A database server that cannot
be reached at all (thriftshop/database/outages.py) is answered in the same way; readiness asks the server itself.
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
TRY_SECONDS = 1.0
TRY_BYTES = 65_536
# SQLite has no error class of its own for it that Django passes on.
_SQLITE_MESSAGES = ("database or disk is full", "attempt to write a readonly database", "disk i/o error")
# Rows too small to be compressed, in a table that is never committed: the file is extended at once.
_POSTGRESQL_TRIAL = (
    "CREATE TABLE thriftshop_disk_trial (filling text)",
    "INSERT INTO thriftshop_disk_trial SELECT repeat('x', 1900) FROM generate_series(1, 40)",
)
_ERRNOS = (errno.ENOSPC, errno.EROFS, errno.EDQUOT)

_lock = threading.Lock()
_problem = ""
_folder: Path | None = None  # where a file could not be written; None where it was the database
_tried_at = 0.0


def problem_of(error: BaseException | None) -> str:
    """What is wrong with the disk, by an error or its cause; empty where the disk is not the matter."""
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
    """Keeps and logs what is wrong with the disk, where that is why something failed.

    Returns that, or why the database cannot be reached, or an empty text for any other failure.
    """
    global _problem, _folder, _tried_at
    if problem := problem_of(error):
        _failures.report(logging.ERROR, MESSAGE, "", extra={"problem": problem})
        with _lock:
            file = getattr(error, "filename", None)
            _problem, _tried_at = problem, time.monotonic()
            _folder = Path(str(file)).parent if file else None
    return problem or outages.reason_of(error)


@contextmanager
def tolerated() -> Iterator[None]:
    """For a write that the answer does not depend on: what reads goes on where the disk is full."""
    try:
        yield
    except (DatabaseError, OSError) as error:
        if not note(error):
            raise


def problem() -> str:
    """What is wrong with the disk still; once a second it is tried whether it can be written to again."""
    global _problem, _tried_at
    if _problem and time.monotonic() - _tried_at >= TRY_SECONDS:
        _tried_at = time.monotonic()
        try:
            _try_to_write()
        except (DatabaseError, OSError) as error:
            if note(error):
                return _problem
        # Written, or refused for a reason that is none of the disk's: the next write tells.
        _problem = ""
        _failures.recovered(MESSAGE, "")
    return _problem


def _try_to_write() -> None:
    if _folder is not None:
        with tempfile.TemporaryFile(dir=_folder if _folder.is_dir() else settings.MEDIA_ROOT) as file:
            file.write(bytes(TRY_BYTES))
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                for statement in _POSTGRESQL_TRIAL:
                    cursor.execute(statement)
                transaction.set_rollback(True)
            return
        # Committed in between: pages that are freed within a transaction are not released to the disk.
        with transaction.atomic():
            cursor.execute("CREATE TABLE IF NOT EXISTS thriftshop_disk_trial (filling BLOB)")
            cursor.execute("INSERT INTO thriftshop_disk_trial VALUES (zeroblob(%s))", [TRY_BYTES])
        cursor.execute("DROP TABLE thriftshop_disk_trial")


class Middleware:
    """Answers 503 where a page failed because of the disk, or because the database cannot be reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to such a failure; anything else is Django's to answer."""
        return _unavailable(error) if note(error) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: what failed outside of a view, as saving a login does, because of the disk is 503 as well."""
    error = sys.exc_info()[1]
    return _unavailable(error) if error is not None and note(error) else defaults.server_error(request)


def _unavailable(error: BaseException) -> HttpResponse:
    if problem_of(error):
        text = "The shop can save nothing at the moment: its disk is full or read-only. Nothing was changed."
    else:
        text = "The shop cannot reach its database at the moment. Try again in a minute."
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "30"})
