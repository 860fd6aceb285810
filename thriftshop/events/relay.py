"""The relay: moves the events of a topic to the broker from which its feed reads them, or to the publisher in EVENT_PUBLISHER."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop import contexts
from thriftshop.events import feed, leases
from thriftshop.events.feed import Message

TAKEOVER_SECONDS = 0.5
"""After this time without progress a relay takes the lease from another one, which may have died. Two at once are harmless."""
LEASE_CHECK_SECONDS = 0.1


class _Waiting(NamedTuple):
    """A relay without the lease: the checkpoint, since when it is there, and when the lease was last tried."""

    cursor: str
    since: float
    tried_at: float


_waiting: dict[str, _Waiting] = {}

Publish = Callable[[str, Sequence[Message]], None]


@dataclass(frozen=True, slots=True)
class Relay:
    """A consumer group that publishes: `publish(topic, messages)` returns when the broker has acknowledged them.

    What fails is repeated until it succeeds. A crash before the checkpoint is saved publishes a batch twice.
    """

    name: str
    topic: str
    publish: Publish

    kinds = None
    batch = 500


def take_lease(name: str, cursor: str) -> bool:
    """Take the lease of a relay that has events to publish: if it is free, or if its holder does not move on."""
    waiting, now = _waiting.get(name), time.monotonic()
    if waiting is None or waiting.cursor != cursor:
        waiting = _Waiting(cursor, now, float("-inf"))
    if now - waiting.tried_at < LEASE_CHECK_SECONDS:
        return False
    if leases.take(name, from_holder=now - waiting.since >= TAKEOVER_SECONDS):
        _waiting.pop(name, None)
        return True
    _waiting[name] = waiting._replace(tried_at=now)
    return False


def relays() -> tuple[Relay, ...]:
    """A relay for each topic hosted here that consumers follow at a broker; for the others if EVENT_PUBLISHER is set."""
    found = [_relay(config.topic) for config in contexts.hosted() if config.topic]
    return tuple(relay for relay in found if relay is not None)


def _relay(topic: str) -> Relay | None:
    if publisher := feed.publisher_of(topic):
        return Relay(f"{topic}.relay", feed.log_of(topic), import_string(publisher))
    if settings.EVENT_PUBLISHER:
        return Relay(f"{topic}.relay", topic, import_string(settings.EVENT_PUBLISHER))
    return None
