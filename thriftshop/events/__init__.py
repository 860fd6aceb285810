"""Events: appended to streams, followed through feeds, processed by projections and reactions."""

from thriftshop.events.commands import Decided
from thriftshop.events.decider import Decider
from thriftshop.events.envelope import Recorded, UnknownEvent
from thriftshop.events.groups import Projection, Reaction
from thriftshop.events.outbox import record, record_many
from thriftshop.events.schedule import Job
from thriftshop.events.streams import Conflict

__all__ = [
    "Conflict",
    "Decided",
    "Decider",
    "Job",
    "Projection",
    "Reaction",
    "Recorded",
    "UnknownEvent",
    "record",
    "record_many",
]
