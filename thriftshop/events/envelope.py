"""Envelopes: events with their stream, times and call context; as bytes and as objects."""

import importlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from idl import events as idl_events
from thriftshop import call_context, clock, identity
from thriftshop.rpc import codec, errors, validation


class UnknownEvent(errors.Unavailable):
    """The event is of a kind that this version of the code does not know; a process of a newer version must process it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that was recorded. `event` is the member struct itself: `inventory.StockReceived(quantity=3)`."""

    id: str
    topic: str
    stream: str
    version: int
    occurred_at: int  # milliseconds
    recorded_at: int
    event: Any
    context: idl_events.EventContext

    @property
    def kind(self) -> str:
        """The event's name: `StockReceived`."""
        return type(self.event).__name__

    @property
    def actor(self) -> str:
        """The viewer's id, or else the calling service."""
        return actor_of(self.context)


def actor_of(context: Any) -> str:
    """The actor of an event context: the viewer's id, or else the calling service."""
    return str(context.viewer or context.caller or "system")


@lru_cache(maxsize=64)
def union_of(topic: str) -> Any:
    """The one event union that a context's IDL file declares: `idl.inventory.InventoryEvent`."""
    module = importlib.import_module(f"idl.{topic}")
    unions = [value for name, value in vars(module).items() if name.endswith("Event") and isinstance(value, type)]
    if len(unions) != 1:
        raise LookupError(f"idl/{topic}.thrift must declare exactly one union whose name ends with Event.")
    return unions[0]


@lru_cache(maxsize=64)
def members(topic: str) -> Mapping[type, str]:
    """The member structs of a topic's union, with the names of their fields."""
    return {spec[2]: spec[1] for spec in union_of(topic).thrift_spec.values()}


@lru_cache(maxsize=64)
def kinds(topic: str) -> Mapping[str, type]:
    """The member structs of a topic's union by name."""
    return {member.__name__: member for member in members(topic)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """The times and the event context that all events of one append share."""

    occurred_at: int
    recorded_at: int
    context: idl_events.EventContext


def stamp() -> Stamp:
    """The stamp for events recorded now, in the current call context."""
    here = call_context.current()
    person = identity.viewer()
    context = idl_events.EventContext(
        traceparent=here.traceparent or None,
        viewer=person.id if person else None,
        caller=here.caller or None,
        variant=here.variant or None,
        causation=here.causation or None,
    )
    now = clock.now()
    return Stamp(now if here.occurred_at is None else here.occurred_at, now, context)


def wrap(topic: str, stream: str, after: int, events: Sequence[Any], stamped: Stamp) -> tuple[Recorded, ...]:
    """Envelopes for events to append after this version. Raises MalformedCall for an event that violates its contract."""
    ids = os.urandom(16 * len(events)).hex()
    envelopes = []
    for number, event in enumerate(events):
        validation.check(event)
        envelopes.append(
            Recorded(
                ids[32 * number : 32 * number + 32],
                topic,
                stream,
                after + 1 + number,
                stamped.occurred_at,
                stamped.recorded_at,
                event,
                stamped.context,
            )
        )
    return tuple(envelopes)


def encode(recorded: Recorded) -> bytes:
    """The Envelope's bytes, as they are stored, relayed and published."""
    union = union_of(recorded.topic)(**{members(recorded.topic)[type(recorded.event)]: recorded.event})
    return codec.encode(
        idl_events.Envelope(
            id=recorded.id,
            topic=recorded.topic,
            stream=recorded.stream,
            version=recorded.version,
            occurred_at=recorded.occurred_at,
            recorded_at=recorded.recorded_at,
            event=codec.encode(union),
            context=recorded.context,
        )
    )


def decode(payload: bytes) -> Recorded:
    """An Envelope's bytes as an object. Raises UnknownEvent for a union member that is not known here."""
    envelope = codec.decode_own(idl_events.Envelope, payload)
    union = codec.decode_own(union_of(envelope.topic), envelope.event)
    for name in members(envelope.topic).values():
        event = getattr(union, name)
        if event is not None:
            break
    else:
        raise UnknownEvent(
            f"{envelope.topic}/{envelope.stream} {envelope.version} is an event of a kind unknown to this version."
        )
    return Recorded(
        envelope.id,
        envelope.topic,
        envelope.stream,
        envelope.version,
        envelope.occurred_at,
        envelope.recorded_at,
        event,
        envelope.context,
    )


_cache: OrderedDict[bytes, Recorded] = OrderedDict()
_cache_bytes = 0
_cache_lock = threading.Lock()
# The size of the encoded events; as objects they are about eight times as large. In one process, many groups read the
# same event.
MAX_CACHE_BYTES = 2 * 1024 * 1024 if settings.MONOLITH else 512 * 1024


def keep(payload: bytes, recorded: Recorded) -> None:
    """Cache an event by its bytes, so that the next readers need not decode it again."""
    global _cache_bytes
    with _cache_lock:
        if payload not in _cache:
            _cache_bytes += len(payload)
        _cache[payload] = recorded
        while _cache_bytes > MAX_CACHE_BYTES:
            _cache_bytes -= len(_cache.popitem(last=False)[0])


def decode_shared(payload: bytes) -> Recorded:
    """As `decode`; the object is shared by all readers of the event, and must not be changed."""
    recorded = _cache.get(payload)
    if recorded is None:
        recorded = decode(payload)
        keep(payload, recorded)
    return recorded


def forget() -> None:
    """Clear the cache."""
    global _cache_bytes
    with _cache_lock:
        _cache.clear()
        _cache_bytes = 0


def peek(payload: bytes) -> Any:
    """The Envelope struct with its event still encoded: can be read even if the event is unknown."""
    return codec.decode_own(idl_events.Envelope, payload)


def kind_of(payload: bytes) -> str:
    """The event's name, or `unknown`."""
    try:
        return decode(payload).kind
    except UnknownEvent:
        return "unknown"


def masked(struct: Any, indent: str = "") -> str:
    """A struct as readable lines, its fields of personal data (`pii = "mask"`) hidden."""
    lines = []
    annotations = getattr(type(struct), "__thrift_field_annotations__", {})
    for spec in struct.thrift_spec.values():
        name, value = spec[1], getattr(struct, spec[1])
        if value is None:
            continue
        lines.append(
            f"{indent}{name}: " + ("***" if "pii" in annotations.get(name, {}) else _masked_value(value, indent))
        )
    return "\n".join(lines)


def _masked_value(value: Any, indent: str) -> str:
    if hasattr(value, "thrift_spec"):
        return "\n" + masked(value, indent + "  ")
    if isinstance(value, list):
        return "".join(f"\n{indent}  - " + _masked_value(item, indent + "  ").lstrip() for item in value)
    return str(value)
