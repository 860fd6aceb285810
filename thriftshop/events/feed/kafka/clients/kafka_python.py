"""The client kafka-python."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import kafka
from django.conf import settings
from kafka import TopicPartition
from kafka.errors import KafkaError, LogTruncationError, OffsetOutOfRangeError
from kafka.structs import OffsetAndMetadata

from thriftshop.events.feed.kafka import clients, records
from thriftshop.events.feed.kafka.clients import Assigned, Bounds, Partition, Restart
from thriftshop.events.feed.kafka.records import Outgoing, Record

# kafka-python has no gapless failure of its own: records.is_next recognises what an interrupted batch left.
IN_FLIGHT = 5


@contextmanager
def translated() -> Iterator[None]:
    """Raise the client's errors as ours."""
    try:
        yield
    except (OffsetOutOfRangeError, LogTruncationError) as error:
        raise Restart(str(error)) from error
    except (KafkaError, OSError) as error:
        raise clients.unavailable(f"{type(error).__name__}: {error}") from error


def options() -> dict[str, Any]:
    """The addresses and credentials."""
    chosen: dict[str, Any] = {
        "bootstrap_servers": settings.KAFKA_SERVERS,
        "client_id": "thriftshop",
        "bootstrap_timeout_ms": int(settings.KAFKA_TIMEOUT_SECONDS * 1000),
        "security_protocol": f"{'SASL_' if settings.KAFKA_USER else ''}{'SSL' if settings.KAFKA_TLS else 'PLAINTEXT'}",
    }
    if settings.KAFKA_TLS:
        chosen["ssl_cafile"] = settings.KAFKA_CA or None
        chosen["ssl_certfile"] = settings.KAFKA_CERTIFICATE or None
        chosen["ssl_keyfile"] = settings.KAFKA_CERTIFICATE_KEY or None
    if settings.KAFKA_USER:
        chosen["sasl_mechanism"] = settings.KAFKA_SASL
        chosen["sasl_plain_username"] = settings.KAFKA_USER
        chosen["sasl_plain_password"] = settings.KAFKA_PASSWORD
    return chosen


class Consumer:
    """Reads partitions, without a group."""

    def __init__(self, wait_ms: int) -> None:
        with translated():
            self._consumer = kafka.KafkaConsumer(
                **options(),
                group_id=None,
                fetch_max_wait_ms=wait_ms,
                auto_offset_reset="none",
                enable_auto_commit=False,
                max_poll_records=clients.MAX_RECORDS,
                max_partition_fetch_bytes=clients.FETCH_BYTES,
                metrics_enabled=False,
            )

    def follow(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions, and no others, from these offsets on."""
        with translated():
            self._consumer.assign([TopicPartition(*partition) for partition in offsets])
            for partition, offset in offsets.items():
                self._consumer.seek(TopicPartition(*partition), offset)

    def poll(self, seconds: float) -> list[Record]:
        """The next records, or none after `seconds`. Raises Restart, Unavailable."""
        with translated():
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
        return [
            records.parse(row.topic, row.partition, row.offset, row.key, row.value, dict(row.headers))
            for rows in polled.values()
            for row in rows
        ]

    def bounds(self, topic: str, partitions: Collection[int]) -> dict[int, Bounds]:
        """The bounds of partitions as their leaders know them. Raises Unavailable."""
        asked = [TopicPartition(topic, number) for number in partitions]
        timeout = int(settings.KAFKA_TIMEOUT_SECONDS * 1000)
        with translated():
            first = self._consumer.beginning_offsets(asked, timeout_ms=timeout)
            end = self._consumer.end_offsets(asked, timeout_ms=timeout)
        return {at.partition: Bounds(first[at], end[at]) for at in asked}

    def close(self) -> None:
        """Close the connections. Raises Unavailable."""
        with translated():
            self._consumer.close(autocommit=False)


class Producer:
    """Publishes records."""

    def __init__(self) -> None:
        with translated():
            self._producer = kafka.KafkaProducer(
                **options(),
                acks="all",
                enable_idempotence=True,
                max_in_flight_requests_per_connection=IN_FLIGHT,
                linger_ms=clients.LINGER_MS,
                request_timeout_ms=int(clients.REQUEST_SECONDS * 1000),
                delivery_timeout_ms=int(max(settings.KAFKA_TIMEOUT_SECONDS, clients.REQUEST_SECONDS + 1) * 1000),
                max_block_ms=int(settings.KAFKA_TIMEOUT_SECONDS * 1000),
                max_request_size=clients.MAX_RECORD_BYTES,
                metrics_enabled=False,
            )

    def publish(self, outgoing: Sequence[Outgoing], seconds: float) -> list[int]:
        """The offsets of records, which all in-sync replicas have. Raises Unavailable if they have not all after `seconds`."""
        until = time.monotonic() + seconds
        with translated():
            futures = [
                self._producer.send(row.topic, row.value, row.key, row.headers, row.partition) for row in outgoing
            ]
            return [int(future.get(timeout=max(0.0, until - time.monotonic())).offset) for future in futures]


class Member:
    """A member of a group that reads nothing: its partitions are paused."""

    def __init__(self, group: str, topics: Collection[str], assigned: Assigned) -> None:
        self._report = assigned
        self._reported: set[Partition] = set()
        with translated():
            self._consumer = kafka.KafkaConsumer(
                *topics,
                **options(),
                group_id=group,
                auto_offset_reset="latest",
                enable_auto_commit=False,
                session_timeout_ms=int(clients.SESSION_SECONDS * 1000),
                heartbeat_interval_ms=int(clients.SESSION_SECONDS * 300),
                metrics_enabled=False,
            )

    def poll(self, seconds: float) -> None:
        """Take part in the group for some time. Raises Unavailable."""
        with translated():
            self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=1)
            self._continue_joining()
            assignment = self._consumer.assignment()
            self._consumer.pause(*assignment)
        found = {(at.topic, at.partition) for at in assignment}
        if found != self._reported:
            self._reported = found
            self._report(found)

    def _continue_joining(self) -> None:
        """Ask to join if the client has forgotten that it is doing so.

        It joins again when it learns of partitions. If a poll ends meanwhile, the next one sees nothing left to do: the
        member would have no partitions, and send no heartbeats, for ever (kafka-python 3.0.12, `join_group_async`).
        """
        coordinator = self._consumer._coordinator
        if coordinator.rejoining and not coordinator.need_rejoin():
            coordinator.request_rejoin()

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Tell the group how far its partitions are processed, for tools that show its lag."""
        with translated():
            self._consumer.commit(
                {TopicPartition(*at): OffsetAndMetadata(offset, "", -1) for at, offset in offsets.items()}
            )

    def close(self) -> None:
        """Leave the group. Raises Unavailable."""
        with translated():
            self._consumer.close(autocommit=False)
