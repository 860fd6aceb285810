"""Consumer groups: projections and reactions as contexts declare them, and relays."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache

from django.db import models

from thriftshop import call_context, contexts
from thriftshop.events import relay
from thriftshop.events.envelope import Recorded
from thriftshop.events.relay import Relay

IMPORT_GAP_MS = 60_000


@dataclass(frozen=True, slots=True)
class Projection:
    """Events to own tables: `apply(events)` runs in a transaction with the checkpoint; a rebuild empties `tables`."""

    name: str
    topic: str
    apply: Callable[[Sequence[Recorded]], None]
    tables: tuple[type[models.Model], ...]
    kinds: frozenset[str] | None = None

    batch = 500


@dataclass(frozen=True, slots=True)
class Reaction:
    """Events to calls: `handle(event)` at least once for each, never replayed. Its calls must be idempotent.

    Events of the kinds in `unhurried` wake no worker: they are handled within a second, or with others. They are for what
    is usually done already, and finished here if a process died.
    """

    name: str
    topic: str
    handle: Callable[[Recorded], None]
    kinds: frozenset[str] | None = None
    unhurried: frozenset[str] = frozenset()

    batch = 100


Group = Projection | Reaction | Relay


@lru_cache(maxsize=1)
def hosted() -> tuple[Group, ...]:
    """The projections, reactions and relays of the hosted contexts."""
    hosted_contexts = contexts.hosted()
    projections = [projection for config in hosted_contexts for projection in config.projections]
    reactions = [reaction for config in hosted_contexts for reaction in config.reactions]
    return (*projections, *reactions, *relay.relays())


def get(name: str) -> Group:
    """The group of this name. Raises LookupError, naming the groups that exist."""
    for group in hosted():
        if group.name == name:
            return group
    raise LookupError(f"There is no consumer group {name!r}; there are: {', '.join(group.name for group in hosted())}.")


def context_of(name: str) -> str:
    """The context that a group or job belongs to: `orders` for `orders.saga`."""
    return name.partition(".")[0]


def as_caller(name: str) -> AbstractContextManager[None]:
    """Set the context of a group or job as the caller of the calls in a block; a deadline still applies."""
    deadline = call_context.current().deadline
    return call_context.within(call_context.CallContext(caller=context_of(name), deadline=deadline, operation=name))


def following(name: str, record: Recorded) -> call_context.CallContext:
    """The call context for what a group does about an event; what follows from an imported event has its date."""
    imported = record.recorded_at - record.occurred_at > IMPORT_GAP_MS
    return call_context.CallContext(
        caller=context_of(name),
        traceparent=record.context.traceparent or "",
        occurred_at=record.occurred_at if imported else None,
        causation=record.id,
        variant=record.context.variant or "",
        operation=name,
    )
