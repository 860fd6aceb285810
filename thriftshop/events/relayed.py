"""How the cursors of a feed relate to the log from which its events are relayed; embedded feeds are their own log."""

from collections.abc import Mapping
from typing import Any

from thriftshop.events import feed
from thriftshop.events.feed import Cursor


def ends(topic: str) -> dict[int, Cursor]:
    """The ends of a topic at its broker, to be read before `after_scan`; none if its feed is its log."""
    return feed.of(topic).ends() if feed.publisher_of(topic) else {}


def log_ends(topic: str) -> dict[int, Cursor]:
    """The ends of the log of a topic hosted here, up to which it is scanned."""
    return feed.of(feed.log_of(topic)).ends()


def after_scan(topic: str, published: Mapping[int, Cursor], log: Mapping[int, Cursor]) -> dict[int, Cursor]:
    """Where a group continues after the events of the log up to these ends."""
    if not feed.publisher_of(topic):
        return dict(log)
    broker: Any = feed.of(topic)
    return dict(broker.after_log(published, [log[number] for number in sorted(log)]))


def position(topic: str, cursor: Cursor) -> Cursor:
    """The place in the log of a cursor of a topic at its broker."""
    broker: Any = feed.of(topic)
    return Cursor(broker.position(cursor))
