"""Read access to events, by the contract's annotation on each member of a topic's union: `readers = "cart orders"`."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from idl import common
from thriftshop import identity
from thriftshop.events import envelope
from thriftshop.rpc.errors import NotAllowed


@lru_cache(maxsize=64)
def of(topic: str) -> Mapping[str, frozenset[str]]:
    """The contexts that may read each kind of a topic's events: those that its contract lists, and the topic's own."""
    annotations = getattr(envelope.union_of(topic), "__thrift_field_annotations__", {})
    return {
        member.__name__: frozenset(annotations.get(name, {}).get("readers", "").split()) | {topic}
        for member, name in envelope.members(topic).items()
    }


def narrowed(topic: str, caller: str, kinds: Collection[str] | None) -> Collection[str] | None:
    """The kinds of events to return to a caller: the requested ones, or all that it may read; None for every kind.

    Raises NotAllowed if it requests kinds that it may not read, or may read none, or asks on behalf of a customer.
    """
    viewer = identity.viewer()
    if viewer is not None and viewer.role != common.Role.STAFF:
        raise NotAllowed(
            f"{caller} may not read events of {topic} for a viewer: services read them on their own behalf."
        )
    if caller == topic:
        return kinds
    allowed = {kind for kind, contexts in of(topic).items() if caller in contexts}
    refused = sorted(set(kinds or ()) - allowed)
    if refused or not allowed:
        raise NotAllowed(
            f"{caller or 'An unnamed caller'} may not read {', '.join(refused) or 'events'} of {topic}:"
            f" idl/{topic}.thrift lists the readers of each event."
        )
    return allowed if kinds is None else kinds
