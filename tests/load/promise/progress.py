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


def kinds() -> Kinds:
    """The kinds of events that each group reads; None for all."""
    with call_context.using(caller=CALLER):
        described = [_at(context).describe() for context in places()]
    return {group.name: group.kinds for one in described for group in one.groups}


def ages(among: Iterable[str], known: Kinds) -> dict[str, float]:
    """The age in seconds of each group's first unprocessed event; 0 where there is none. What does not answer is left out."""
    found: dict[str, float] = {}
    for context in among:
        try:
            with call_context.using(caller=CALLER):
                groups = _at(context).get_progress()
            for one in groups:
                if one.group in known:  # caches follow the present only, without a checkpoint
                    found[one.group] = max(
                        found.get(one.group, 0.0), _age(one, known[one.group]) if one.behind else 0.0
                    )
        except rpc.RpcError as error:
            sys.stderr.write(f"The progress of {context} is not known: {error}\n")
    return found


def _age(group: platform.GroupProgress, known: list[str] | None) -> float:
    with call_context.using(caller=group.topic):
        batch = _at(group.topic).read_feed(group.topic, group.partition, group.cursor, 1, known)
    now = time.time()
    if not batch.messages:
        return 0.0
    return max(0.0, now - float(envelope.peek(batch.messages[0].envelope).recorded_at) / 1000)


def _at(context: str) -> platform.PlatformService:
    return rpc.connect(platform.PlatformService, at=context)
