"""The relay: moves every recorded event of a topic, in order, to whoever EVENT_PUBLISHER says, and remembers how far it got."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from thriftshop import contexts
from thriftshop.events.envelope import Recorded

Publish = Callable[[Sequence[Recorded]], None]


@dataclass(frozen=True, slots=True)
class Relay:
    """A consumer group whose effect is to publish: its position moves after the publisher has taken the batch."""

    name: str
    topic: str
    publish: Publish
    kinds: frozenset[str] | None = None

    batch = 500

    def take(self, records: Sequence[Recorded]) -> None:
        """Publishes the batch; a crash before the position is saved publishes it twice, never not at all."""
        self.publish(records)


def relays() -> tuple[Relay, ...]:
    """A relay for each context hosted here; none where EVENT_PUBLISHER is empty."""
    if not settings.EVENT_PUBLISHER:
        return ()
    publish: Publish = import_string(settings.EVENT_PUBLISHER)
    hosted = [config.topic for config in contexts.hosted() if config.topic]
    return tuple(Relay(f"{topic}.relay", topic, publish) for topic in hosted)
