"""The relay: moves the events of a topic, as keys and bytes, to the publisher that the setting EVENT_PUBLISHER names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop import contexts
from thriftshop.events.feed import Message

Publish = Callable[[str, Sequence[Message]], None]


@dataclass(frozen=True, slots=True)
class Relay:
    """A consumer group that publishes: `publish(topic, messages)` returns when the broker has acknowledged them.

    It decodes nothing, so every version of the code relays the events of every other; what fails is repeated until it
    succeeds. A crash before the checkpoint is saved publishes a batch twice.
    """

    name: str
    topic: str
    publish: Publish

    kinds = None
    batch = 500


def relays() -> tuple[Relay, ...]:
    """A relay for each topic hosted here; none if EVENT_PUBLISHER is empty."""
    if not settings.EVENT_PUBLISHER:
        return ()
    publish: Publish = import_string(settings.EVENT_PUBLISHER)
    hosted = [config.topic for config in contexts.hosted() if config.topic]
    return tuple(Relay(f"{topic}.relay", topic, publish) for topic in hosted)
