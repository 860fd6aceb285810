"""How far the shop's consumer groups are, asked by the platform's contract: the age of the first event not yet processed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from django.conf import settings

from idl import platform
from thriftshop import call_context, rpc
from thriftshop.events import envelope

Kinds = dict[str, list[str] | None]
CALLER = "demo"


def places() -> list[str]:
    """One context of each process."""
    return list({tuple(addresses): context for context, addresses in settings.SERVICES.items()}.values())


def groups() -> list[platform.GroupDescription]:
    """All consumer groups."""
    with call_context.using(caller=CALLER):
        return [group for context in places() for group in _at(context).describe().groups]


def kinds() -> Kinds:
    """The kinds of events that each group reads; None for all."""
    return {group.name: group.kinds for group in groups()}


def projections() -> set[str]:
    """The names of the groups that are projections: the others react, by calls or e-mails."""
    return {group.name for group in groups() if group.kind == platform.GroupKind.PROJECTION}


def ages(among: Iterable[str], known: Kinds) -> dict[str, float]:
    """The age in seconds of each group's first unprocessed event; 0 where there is none. What does not answer is left out."""
    oldest: dict[str, float] = {}
    for context in among:
        try:
            with call_context.using(caller=CALLER):
                groups_here, now = _at(context).get_progress(), time.time()
            for group in groups_here:
                if group.group in known:  # caches follow the present only, without a checkpoint
                    age = _age(group, known, now) if group.behind else 0.0
                    oldest[group.group] = max(oldest.get(group.group, 0.0), age)
        except rpc.RpcError as error:
            sys.stderr.write(f"The progress of {context} is not known: {error}\n")
    return oldest


def _age(group: platform.GroupProgress, known: Kinds, now: float) -> float:
    """How long before `now` the event after the group's checkpoint was recorded; the group may have processed it since."""
    with call_context.using(caller=group.topic):
        batch = _at(group.topic).read_feed(group.topic, group.partition, group.cursor, 1, known[group.group])
    if not batch.messages:
        return 0.0
    return max(0.0, now - float(envelope.peek(batch.messages[0].envelope).recorded_at) / 1000)


def _at(context: str) -> platform.PlatformService:
    return rpc.connect(platform.PlatformService, at=context)
