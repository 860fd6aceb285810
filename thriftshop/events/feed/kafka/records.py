"""Records: an event as Kafka keeps it, with its position in the log that it was relayed from."""

from collections.abc import Mapping
from typing import NamedTuple

from thriftshop.events.feed.kafka import cursors
from thriftshop.events.feed.kafka.cursors import Place

POSITION, PREVIOUS, KIND, RESTRICTED = "position", "previous", "kind", "restricted"


class Record(NamedTuple):
    """A record of a topic.

    `previous` is the position of the record before it, if one relay published both in one batch. A reference to an event
    in the restricted topic has that event's offset there as `restricted`, and neither key nor value.
    """

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    position: str
    previous: str
    kind: str
    restricted: int | None


class Outgoing(NamedTuple):
    """A record to publish."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


def parse(
    topic: str, partition: int, offset: int, key: bytes | None, value: bytes | None, headers: Mapping[str, bytes]
) -> Record:
    """What a client received as a record."""
    restricted = headers.get(RESTRICTED)
    return Record(
        topic,
        partition,
        offset,
        (key or b"").decode(),
        value or b"",
        headers.get(POSITION, b"").decode(),
        headers.get(PREVIOUS, b"").decode(),
        headers.get(KIND, b"").decode(),
        None if restricted is None else int(restricted),
    )


def is_next(record: Record, position: str) -> bool:
    """Whether a record is to be returned to a reader that has everything up to a position.

    It is not if it was published twice, nor if the record before it is missing: then the relay failed in between and
    publishes both again. A reader that has nothing yet begins with any record.
    """
    reached = cursors.order(position)
    if cursors.order(record.position) <= reached:
        return False
    return not reached or cursors.order(record.previous) <= reached


def after(place: Place, record: Record) -> Place:
    """The place of a reader after a record."""
    position = record.position if is_next(record, place.position) else place.position
    return Place(place.topic_id, record.offset + 1, position)
