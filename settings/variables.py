"""Variables read from the environment (and `.env`), with errors that name the variable and a valid value."""

import logging
import math
import os
import re
import warnings
import zoneinfo
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
_env = environ.Env()
_SQLITE = b"SQLite format 3\0"
# NAME=value, in quotes or bare; a comment begins after a blank, so that a secret may have a # inside.
_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=
    (?: \s*'(?P<single>[^']*)' | \s*"(?P<double>(?:[^"\\]|\\.)*)" | (?P<bare>(?!\s*["']).*?) )
    (?:\s+\#.*)?\s*""",
    re.VERBOSE,
)
LARGEST = 2**31 - 1


def read_file(file: Path) -> None:
    """Read the variables of a file such as `.env`; those of the environment come first."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ImproperlyConfigured(
            f"{file} cannot be read: {problem}. Write NAME=value lines, as .env.example."
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            os.environ.setdefault(*_parsed(line, f"{file}, line {number}"))


def _parsed(line: str, where: str) -> tuple[str, str]:
    """The name and the value in a line."""
    found = _LINE.fullmatch(line)
    if found is None or "\0" in line:
        raise ImproperlyConfigured(f"{where} is {line[:40]!r}; it must be NAME=value, or begin with # for a comment.")
    if found["double"] is not None:
        return found["name"], re.sub(r"\\(.)", r"\1", found["double"])
    return found["name"], found["single"] if found["single"] is not None else found["bare"].strip()


if (ROOT / ".env").exists():
    read_file(ROOT / ".env")


def _read(reader: Callable[..., Any], name: str, default: Any, expected: str) -> Any:
    try:
        return reader(name, default=default)
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"The variable {name} is {_env.get_value(name)!r}; it must be {expected}."
        ) from error


def text(name: str, default: str = "") -> str:
    """A variable as text."""
    return str(_read(_env.str, name, default, "text"))


def number(name: str, default: int) -> int:
    """A variable as a whole number."""
    value = int(_read(_env.int, name, default, f"a whole number such as {default}"))
    if abs(value) > LARGEST:
        raise ImproperlyConfigured(f"The variable {name} is too large; it must be a whole number such as {default}.")
    return value


def decimal(name: str, default: float) -> float:
    """A variable as a number."""
    value = float(_read(_env.float, name, default, f"a number such as {default}"))
    if not math.isfinite(value):
        raise ImproperlyConfigured(f"The variable {name} is {value}; it must be a number such as {default}.")
    return value


def flag(name: str, default: bool) -> bool:
    """A variable as yes or no."""
    value = text(name, "yes" if default else "no").lower()
    if value not in ("1", "0", "yes", "no", "true", "false", "on", "off"):
        raise ImproperlyConfigured(f"The variable {name} is {value!r}; it must be yes or no.")
    return value in ("1", "yes", "true", "on")


def choice(name: str) -> bool | None:
    """A variable as yes or no; None if it is not set."""
    return flag(name, False) if text(name) else None


def names(name: str, default: list[str]) -> list[str]:
    """A variable as a list, separated by commas or blanks."""
    return text(name, ",".join(default)).replace(",", " ").split()


def contexts(name: str, known: list[str], drivers: list[str]) -> list[str]:
    """A variable as names of contexts, each once, or of a driver; all contexts if it is not set."""
    result = names(name, known)
    for context in result:
        if context not in known + drivers:
            raise ImproperlyConfigured(
                f"The variable {name} names {context!r}, which is no context; choose among {', '.join(known)},"
                f" or a driver: {', '.join(drivers)}."
            )
        if result.count(context) > 1:
            raise ImproperlyConfigured(f"The variable {name} names {context!r} twice; name each context once.")
    if not result:
        raise ImproperlyConfigured(f"The variable {name} names no context; leave it out for all of them.")
    return result


def one_of(name: str, default: str, allowed: Collection[str]) -> str:
    """A variable with one of these values."""
    value = text(name, default)
    if value not in allowed:
        known = ", ".join(choice or "nothing" for choice in allowed)
        raise ImproperlyConfigured(f"The variable {name} is {value!r}; choose among {known}.")
    return value


def log_level(name: str, default: str) -> str:
    """A variable as a level of Python's logging, in capitals or not."""
    levels = logging.getLevelNamesMapping()
    value = text(name, default)
    return value.upper() if value.upper() in levels else one_of(name, default, sorted(levels, key=levels.__getitem__))


def pairs(name: str, default: Mapping[str, str] | None = None) -> dict[str, str]:
    """A variable as names with a value each: `catalog=http://127.0.0.1:8101 cart=...`, separated by commas or blanks."""
    found = [pair.partition("=") for pair in names(name, [f"{key}={value}" for key, value in (default or {}).items()])]
    for key, _, value in found:
        if not key or not value:
            raise ImproperlyConfigured(f"The variable {name} holds {key!r} without a value; write name=value pairs.")
    return {key: value for key, _, value in found}


def addresses(name: str) -> dict[str, list[str]]:
    """A variable as addresses by name: `catalog=http://a:8101|http://b:8101 cart=http://c`, separated by blanks or commas."""
    pairs = [pair.partition("=") for pair in names(name, [])]
    for key, _, urls in pairs:
        if not key or not urls.strip("|"):
            raise ImproperlyConfigured(
                f"The variable {name} has the part {key or '='!r}; each must be such as catalog=http://127.0.0.1:8101,"
                " with | between the addresses of its replicas."
            )
    if len({key for key, _, _ in pairs}) != len(pairs):
        raise ImproperlyConfigured(f"The variable {name} names a context twice; put | between its replicas' addresses.")
    return {key: [url.rstrip("/") for url in urls.split("|") if url] for key, _, urls in pairs}


def zone(name: str, default: str) -> str:
    """A variable as a time zone's name."""
    value = text(name, default)
    try:
        return zoneinfo.ZoneInfo(value).key
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ImproperlyConfigured(
            f"The variable {name} is {value!r}; it must be a place such as {default}."
        ) from error


def database(name: str, default: str) -> dict[str, Any]:
    """A variable as a database's address: `sqlite:///shop.sqlite3`, `postgres://user:password@host/name`."""
    with warnings.catch_warnings(action="ignore"):  # for an unknown engine; the error below explains it
        found = _read(_env.db_url, name, default, "a database's address such as sqlite:////var/lib/shop.sqlite3")
    if not str(found.get("ENGINE")).endswith((".sqlite3", ".postgresql")):
        raise ImproperlyConfigured(
            f"The variable {name} names no database that is known: use sqlite:/// or postgres://."
        )
    if str(found.get("ENGINE")).endswith(".sqlite3"):
        _check_file(name, Path(str(found["NAME"])))
    elif not found["NAME"]:
        raise ImproperlyConfigured(
            f"The variable {name} names no database of its server; write postgres://user:password@host/name."
        )
    # The folder of a Unix socket is percent-encoded in place of the host: postgres://user@%2Frun%2Fpostgresql/name.
    return dict(found) | {"HOST": unquote(str(found["HOST"]))}


def _check_file(name: str, file: Path) -> None:
    """Raise ImproperlyConfigured for an existing file that is not a database of SQLite; a missing one is created."""
    problem = ""
    try:
        if file.is_dir():
            problem = "is a folder"
        elif file.is_file():
            with file.open("rb") as opened:
                begins = opened.read(len(_SQLITE))
            problem = "" if begins in (b"", _SQLITE) else "is no SQLite database"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    if problem:
        raise ImproperlyConfigured(
            f"The variable {name} names {file}, which {problem}; give the path of a database file that is there or is to be made."
        )
