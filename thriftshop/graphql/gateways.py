"""The gateway that this process serves: a schema with everything that a request to it needs."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop.graphql import explorer
from thriftshop.graphql.execution import Engine
from thriftshop.graphql.requests import Context

Identify = Callable[[Context], Awaitable[None]]
SessionEnd = Callable[[Context], Awaitable[int | None]]


@dataclass(frozen=True, slots=True)
class Gateway:
    """A schema to serve: its engine, how a request's viewer is identified, the calling context, the explorer's examples."""

    engine: Engine
    identify: Identify
    caller: str
    examples: Sequence[explorer.Example] = ()
    # Batch functions that load the same for all viewers but staff: subscriptions share what they load.
    shared: Collection[Callable[..., Any]] = ()
    # The topic that tells of ended sessions; while it is not followed, viewers of subscriptions are verified again.
    session_topic: str = ""
    # When the viewer's session expires unless it is used, in milliseconds.
    session_end: SessionEnd | None = None


@lru_cache(maxsize=1)
def gateway() -> Gateway:
    """The gateway that the setting GRAPHQL_GATEWAY names."""
    loaded: Gateway = import_string(settings.GRAPHQL_GATEWAY)
    return loaded
