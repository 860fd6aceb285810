"""Variables read from the environment (and `.env`), with errors that name the variable and say what would be right."""

import zoneinfo
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
_env = environ.Env()
if (ROOT / ".env").is_file():
    _env.read_env(str(ROOT / ".env"))


def _read(reader: Callable[..., Any], name: str, default: Any, expected: str) -> Any:
    try:
        return reader(name, default=default)
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"The variable {name} is {_env.get_value(name)!r}; it must be {expected}."
        ) from error


def text(name: str, default: str = "") -> str:
    """A variable as it stands."""
    return str(_read(_env.str, name, default, "text"))


def number(name: str, default: int) -> int:
    """A variable as a whole number."""
    return int(_read(_env.int, name, default, f"a whole number such as {default}"))


def decimal(name: str, default: float) -> float:
    """A variable as a number."""
    return float(_read(_env.float, name, default, f"a number such as {default}"))


def flag(name: str, default: bool) -> bool:
    """A variable as yes or no."""
    value = text(name, "yes" if default else "no").lower()
    if value not in ("1", "0", "yes", "no", "true", "false", "on", "off"):
        raise ImproperlyConfigured(f"The variable {name} is {value!r}; it must be yes or no.")
    return value in ("1", "yes", "true", "on")


def choice(name: str) -> bool | None:
    """A variable as yes or no; None where it says nothing."""
    return flag(name, False) if text(name) else None


def names(name: str, default: list[str]) -> list[str]:
    """A variable as a list, separated by commas or blanks."""
    return text(name, ",".join(default)).replace(",", " ").split()


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
    found = _read(_env.db_url, name, default, "a database's address such as sqlite:////var/lib/shop.sqlite3")
    if not str(found.get("ENGINE")).endswith((".sqlite3", ".postgresql")):
        raise ImproperlyConfigured(
            f"The variable {name} names no database that is known: use sqlite:/// or postgres://."
        )
    return dict(found)
