"""How many kinds of events a process knows, of each topic that it follows or records: a release sees by it who must go first."""

from prometheus_client import Gauge

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.events import envelope

METRIC = "thriftshop_event_kinds"
_KINDS = Gauge(METRIC, "Kinds of a topic's events that the process knows.", ["topic"], multiprocess_mode="livemin")


def topics_of(config: ContextConfig) -> list[str]:
    """The topics that a context's groups and subscriptions follow, and its own."""
    followed = {item.topic for item in (*config.projections, *config.reactions, *config.subscriptions)}
    return sorted(followed | ({config.topic} if config.topic else set()))


def publish() -> None:
    """Set the gauge for the hosted contexts."""
    for topic in {topic for config in contexts.hosted() for topic in topics_of(config)}:
        _KINDS.labels(topic).set(len(envelope.kinds(topic)))
