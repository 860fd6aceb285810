"""Outages of the database server, detected by PostgreSQL's SQLSTATE."""

from django.db import DatabaseError, InterfaceError, OperationalError

# Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
CONNECTION = "08"
TRANSIENT = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "53300",  # too_many_connections
    "55P03",  # lock_not_available: LOCK_SECONDS have passed
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now: the server is starting, stopping or recovering
}
CANNOT_WRITE = {
    "25006",  # read_only_sql_transaction
    "53100",  # disk_full
}


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE of an error; empty if the driver failed without an error of the server, None for other databases."""
    cause = error.__cause__
    if not isinstance(error, DatabaseError | InterfaceError) or cause is None or not hasattr(cause, "sqlstate"):
        return None
    return cause.sqlstate or ""


def reason_of(error: BaseException | None) -> str:
    """Why the database cannot be used at the moment, from an error or its cause; empty if the error has another reason."""
    while error is not None:
        code = sqlstate(error)
        if code is not None and _is_transient(error, code):
            return str(error).strip().partition("\n")[0]
        error = error.__cause__
    return ""


def _is_transient(error: BaseException, code: str) -> bool:
    if not code:  # no connection could be opened or taken from the pool, or it was lost
        return isinstance(error, OperationalError | InterfaceError)
    return code.startswith(CONNECTION) or code in TRANSIENT
