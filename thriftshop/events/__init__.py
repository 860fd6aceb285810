"""Events: recorded in streams, relayed in order, taken by projections and reactions."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thriftshop.events.consumers import Projection, Reaction, Sweep
    from thriftshop.events.decider import Decided, Decider
    from thriftshop.events.envelope import Recorded, UnknownEvent
    from thriftshop.events.outbox import record, record_many
    from thriftshop.events.stores import Conflict, store

__all__ = [
    "Conflict",
    "Decided",
    "Decider",
    "Projection",
    "Reaction",
    "Recorded",
    "Sweep",
    "UnknownEvent",
    "record",
    "record_many",
    "store",
]

_HOMES = {
    "Conflict": "stores",
    "Decided": "decider",
    "Decider": "decider",
    "Projection": "consumers",
    "Reaction": "consumers",
    "Recorded": "envelope",
    "Sweep": "consumers",
    "UnknownEvent": "envelope",
    "record": "outbox",
    "record_many": "outbox",
    "store": "stores",
}


def __getattr__(name: str) -> Any:
    """Loads a name when it is first used: this package is also a Django app, imported before models can be."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
