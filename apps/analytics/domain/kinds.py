"""The kinds of tracked events: from JSON to the structs that the contract declares."""

import json
import re
from collections.abc import Mapping
from typing import Any

from apps.analytics.domain import texts
from apps.analytics.domain.refusals import Invalid, Reason
from idl import analytics

MAX_PROPERTIES = 8_000
"""The maximum length of the JSON of one event; lists of the longest allowed texts are longer, and refused."""
SESSION = "session"

CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")

BY_THE_SHOP = (analytics.ItemAddedToCart, analytics.CartOrdered)
"""Kinds that clients cannot send, because the shop knows better."""
KINDS: Mapping[str, Any] = {
    spec[1]: spec[2] for spec in analytics.AnalyticsEvent.thrift_spec.values() if spec[2] not in BY_THE_SHOP
}


def to_event(kind: str, session_id: str, properties: str) -> Any:
    """The struct of an event. Raises Invalid; the types of its fields are not checked."""
    struct = KINDS.get(declared_name(kind))
    if struct is None:
        raise Invalid(Reason.UNKNOWN_KIND, f"There is no kind {kind[:40]!r}; there are: {', '.join(KINDS)}.")
    fields = {spec[1]: spec for spec in struct.thrift_spec.values() if spec[1] != SESSION}
    values = {declared_name(name): value for name, value in _parsed(properties).items()}
    if unknown := sorted(set(values) - set(fields)):
        raise Invalid(
            Reason.UNKNOWN_PROPERTY, f"{kind} has no property {unknown[0][:40]!r}; it has: {', '.join(fields)}."
        )
    return struct(session=session_id, **{name: _value(fields[name], value) for name, value in values.items()})


def declared_name(name: str) -> str:
    """A name as the contract spells it; clients may write it as GraphQL does: `refinedFrom` for `refined_from`."""
    return CAPITAL.sub(lambda found: f"_{found[0]}", name).lower()


def _parsed(properties: str) -> dict[str, Any]:
    if len(properties) > MAX_PROPERTIES:
        problem = f"The properties have {len(properties):,} characters; at most {MAX_PROPERTIES:,} are allowed."
        raise Invalid(Reason.TOO_LONG, problem)
    try:
        values = json.loads(properties)
    except (ValueError, RecursionError):
        raise Invalid(Reason.MALFORMED, "The properties are not JSON.") from None
    if not isinstance(values, dict):
        raise Invalid(Reason.MALFORMED, "The properties are not a JSON object.")
    return values


def _value(spec: tuple[Any, ...], value: Any) -> Any:
    """A value as its field has it: texts cleaned, enum values by number."""
    name, enum = spec[1], getattr(spec[2], "_NAMES_TO_VALUES", None) if len(spec) == 4 else None
    if enum is not None:
        if not isinstance(value, str) or value not in enum:
            raise Invalid(Reason.INVALID, f"{name} must be one of {', '.join(enum)}.")
        return enum[value]
    if isinstance(value, list):
        if len(value) > analytics.MAX_ITEMS:
            problem = f"{name} has {len(value):,} items; at most {analytics.MAX_ITEMS} are allowed."
            raise Invalid(Reason.TOO_LONG, problem)
        return [_plain(name, item) for item in value]
    return _plain(name, value)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return texts.clean(value, name)
    if isinstance(value, int) and value < 0:
        raise Invalid(Reason.INVALID, f"{name} must not be negative.")
    return value
