"""What the annotations of methods, arguments, fields, unions and their members mean: read here and nowhere else.

A value that makes no sense counts as absent; `manage.py contracts lint` reports it.
"""

from collections.abc import Mapping

Annotations = Mapping[str, str]

ANYBODY = "any"
DEFAULT_DEADLINE_MS = 2_000
# The largest `max_bytes`. Every message may have another megabyte beside its large arguments.
MAX_ARGUMENT = 7 * 1024 * 1024
MAX_MESSAGE = MAX_ARGUMENT + 1024 * 1024
DEFAULT_PARTITIONS = 6
MAX_PARTITIONS = 256
MAX_RETENTION_DAYS = 36_500


def callers(of_method: Annotations) -> tuple[str, ...]:
    """The services that may call a method beside its own context, sorted; `any` means every named caller."""
    return _names(of_method, "callers")


def readers(of_member: Annotations) -> tuple[str, ...]:
    """The other contexts that may read the events of a union's member, sorted."""
    return _names(of_member, "readers")


def partitions(of_union: Annotations) -> int:
    """How many partitions the topic of an event union has."""
    return _number(of_union, "partitions") or DEFAULT_PARTITIONS


def retention_days(of_union: Annotations) -> int | None:
    """How long a broker keeps the events of a union, in days; None for ever."""
    return _number(of_union, "retention_days")


def is_idempotent(of_method: Annotations) -> bool:
    """Whether a method may be sent again when its outcome is unknown."""
    return of_method.get("idempotent") == "true"


def deadline_ms(of_method: Annotations) -> int | None:
    """How long a method may take, in milliseconds; None where the platform's default applies."""
    return _number(of_method, "deadline_ms")


def max_bytes(of_argument: Annotations) -> int:
    """How many bytes an argument may have beyond the limit of every message."""
    return _number(of_argument, "max_bytes") or 0


def may_be_absent(of_argument: Annotations) -> bool:
    """Whether a caller may leave out an argument."""
    return of_argument.get("absent") == "allowed"


def _names(annotations: Annotations, name: str) -> tuple[str, ...]:
    return tuple(sorted(annotations.get(name, "").split()))


def _number(annotations: Annotations, name: str) -> int | None:
    written = annotations.get(name, "")
    return int(written) if written.isdecimal() else None
