"""Checks of the settings of Cassandra, which matter only if streams of a hosted context are there."""

import re
import ssl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error

STORE = "thriftshop.events.streams.cassandra."
NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
MAX_SHARDS = 64
MAX_PORT = 65_535


def is_used() -> bool:
    """Whether the streams of any context are in Cassandra."""
    return any(path.startswith(STORE) for path in settings.EVENT_STORES.values())


def problems() -> Iterator[CheckMessage]:
    """Errors for wrong settings, if Cassandra is used."""
    if is_used():
        yield from _addresses()
        yield from _numbers()
        files = list(_files())
        yield from files or _tls()
        yield from _credentials()


def _addresses() -> Iterator[CheckMessage]:
    if not settings.CASSANDRA_HOSTS:
        yield _error("CASSANDRA_HOSTS", "no host is named.", "Name some nodes of the cluster; the others are found.")
    if not settings.CASSANDRA_DATACENTER:
        yield _error("CASSANDRA_DATACENTER", "none is named.", "Use the name that `nodetool status` shows.")
    if not NAME.fullmatch(settings.CASSANDRA_KEYSPACE):
        hint = "Use a small letter, then small letters, digits and _, 48 characters at most."
        yield _error("CASSANDRA_KEYSPACE", f"{settings.CASSANDRA_KEYSPACE!r} is not the name of a keyspace.", hint)


def _numbers() -> Iterator[CheckMessage]:
    if not 1 <= settings.CASSANDRA_PORT <= MAX_PORT:
        yield _error("CASSANDRA_PORT", f"{settings.CASSANDRA_PORT} is not a port.", "Use 1 to 65535; 9042 is usual.")
    if not 1 <= settings.CASSANDRA_SHARDS <= MAX_SHARDS:
        yield _error("CASSANDRA_SHARDS", f"{settings.CASSANDRA_SHARDS} is out of range.", f"Use 1 to {MAX_SHARDS}.")
    if settings.CASSANDRA_REPLICAS < 1:
        yield _error(
            "CASSANDRA_REPLICAS", f"{settings.CASSANDRA_REPLICAS} keeps nothing.", "Use 3, or 1 for development."
        )
    if not settings.CASSANDRA_TIMEOUT_SECONDS > 0:
        hint = "Use 5.0, or more."
        yield _error("CASSANDRA_TIMEOUT_SECONDS", f"{settings.CASSANDRA_TIMEOUT_SECONDS} is not a time.", hint)


def _files() -> Iterator[CheckMessage]:
    for variable in ("CASSANDRA_CA", "CASSANDRA_CERTIFICATE", "CASSANDRA_CERTIFICATE_KEY"):
        file = getattr(settings, variable)
        if file and not Path(file).is_file():
            yield _error(variable, f"there is no file {file}.", "Give the path of a file in PEM format.")
        if file and not settings.CASSANDRA_TLS:
            yield _error(variable, "it is not used without TLS.", "Set CASSANDRA_TLS=yes, or leave it out.")

    if settings.CASSANDRA_CERTIFICATE_KEY and not settings.CASSANDRA_CERTIFICATE:
        yield _error("CASSANDRA_CERTIFICATE_KEY", "the certificate is missing.", "Set CASSANDRA_CERTIFICATE too.")


def _tls() -> Iterator[CheckMessage]:
    """An error for files that are there and cannot be used: another format, or a key of another certificate."""
    try:
        tls()
    except (OSError, ValueError) as problem:
        hint = "CASSANDRA_CA, CASSANDRA_CERTIFICATE and CASSANDRA_CERTIFICATE_KEY are PEM files; the key is without a password."
        yield _error("CASSANDRA_TLS", f"its files cannot be used: {problem}", hint)


def tls() -> ssl.SSLContext | None:
    """The TLS context; Cassandra's certificate must be signed by CASSANDRA_CA and name the host. Raises OSError, ValueError."""
    if not settings.CASSANDRA_TLS:
        return None
    context = ssl.create_default_context(cafile=settings.CASSANDRA_CA or None)
    if settings.CASSANDRA_CERTIFICATE:
        # Without a password callback, OpenSSL prompts on the terminal for the password of an encrypted key.
        context.load_cert_chain(settings.CASSANDRA_CERTIFICATE, settings.CASSANDRA_CERTIFICATE_KEY or None, str)
    return context


def _credentials() -> Iterator[CheckMessage]:
    if bool(settings.CASSANDRA_USER) != bool(settings.CASSANDRA_PASSWORD):
        yield _error("CASSANDRA_USER", "user and password belong together.", "Set CASSANDRA_PASSWORD too, or neither.")


def _error(variable: str, problem: str, hint: str) -> Error:
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")
