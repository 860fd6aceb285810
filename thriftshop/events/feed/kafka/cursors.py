"""Cursors of Kafka's feed: the topic's id, the next offset, and the position in the log up to which events were returned.

The position belongs to the cursor because the same event may be published twice: what is not beyond it was returned before,
also if the topic was deleted and filled again.
"""

import re
from typing import NamedTuple

from thriftshop.events import feed
from thriftshop.events.feed import Cursor

MAX_LENGTH = 64  # of the column of checkpoints
MAX_OFFSET = 2**63 - 1
_TEXT = re.compile(r"([0-9a-f]{8}):([0-9]{1,19})@([0-9]{0,19}(?::[0-9]{1,19})?)", re.ASCII)


class Place(NamedTuple):
    """The content of a cursor. `topic_id` tells a topic from an earlier one of the same name."""

    topic_id: str = ""
    offset: int = 0
    position: str = ""


def write(place: Place) -> Cursor:
    """The cursor of a place; the start of a partition is the same in every feed."""
    if place.offset == 0 and not place.position:
        return feed.START
    return Cursor(f"{place.topic_id}:{place.offset}@{place.position}")


def read(cursor: Cursor) -> Place:
    """The place of a cursor. Raises InvalidCursor."""
    if not cursor:
        return Place()
    match = _TEXT.fullmatch(cursor) if len(cursor) <= MAX_LENGTH else None
    if match is None or int(match[2]) > MAX_OFFSET:
        raise feed.InvalidCursor(cursor)
    return Place(match[1], int(match[2]), match[3])


def order(position: str) -> tuple[int, ...]:
    """Positions of one log compare by this: its cursors are numbers, separated by colons."""
    return tuple(map(int, position.split(":"))) if position else ()
