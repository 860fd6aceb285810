"""The client confluent-kafka: librdkafka, a tenth of the CPU time."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import confluent_kafka
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from django.conf import settings

from thriftshop.events.feed.kafka import clients, records
from thriftshop.events.feed.kafka.clients import Assigned, Bounds, Partition, Restart
from thriftshop.events.feed.kafka.records import Outgoing, Record

POLL_SECONDS = 0.05


@contextmanager
def translated() -> Iterator[None]:
    """Raise the client's errors as ours."""
    try:
        yield
    except (KafkaException, BufferError) as error:
        raise clients.unavailable(str(error)) from error


def options() -> dict[str, Any]:
    """The addresses and credentials."""
    chosen: dict[str, Any] = {
        "bootstrap.servers": ",".join(settings.KAFKA_SERVERS),
        "client.id": "thriftshop",
        "log_level": 3,
        "error_cb": lambda _: None,  # what concerns a request fails there
        "security.protocol": f"{'SASL_' if settings.KAFKA_USER else ''}{'SSL' if settings.KAFKA_TLS else 'PLAINTEXT'}",
        "reconnect.backoff.max.ms": 1000,
        "topic.metadata.refresh.fast.interval.ms": 50,
    }
    files = {
        "ssl.ca.location": settings.KAFKA_CA,
        "ssl.certificate.location": settings.KAFKA_CERTIFICATE,
        "ssl.key.location": settings.KAFKA_CERTIFICATE_KEY,
    }
    if settings.KAFKA_TLS:
        chosen |= {name: file for name, file in files.items() if file}
    if settings.KAFKA_USER:
        chosen["sasl.mechanism"] = settings.KAFKA_SASL
        chosen["sasl.username"] = settings.KAFKA_USER
        chosen["sasl.password"] = settings.KAFKA_PASSWORD
    return chosen


class Consumer:
    """Reads partitions, without a group."""

    def __init__(self, wait_ms: int) -> None:
        with translated():
            self._consumer = confluent_kafka.Consumer(
                options()
                | {
                    "group.id": "thriftshop-without-group",
                    "enable.auto.commit": False,
                    "auto.offset.reset": "error",
                    "max.partition.fetch.bytes": clients.FETCH_BYTES,
                    "fetch.wait.max.ms": wait_ms,
                    "fetch.error.backoff.ms": 100,
                    "queued.max.messages.kbytes": 16_384,
                }
            )

    def follow(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions, and no others, from these offsets on."""
        with translated():
            self._consumer.assign([TopicPartition(*partition, offset) for partition, offset in offsets.items()])

    def poll(self, seconds: float) -> list[Record]:
        """The next records, or none after `seconds`. Raises Restart, Unavailable."""
        with translated():
            # consume() would wait for as many as it may return.
            first = self._consumer.poll(seconds)
            if first is None:
                return []
            return list(map(_record, [first, *self._consumer.consume(clients.MAX_RECORDS, 0)]))

    def bounds(self, topic: str, partitions: Collection[int]) -> dict[int, Bounds]:
        """The bounds of partitions as their leaders know them. Raises Unavailable."""
        found = {}
        with translated():
            for number in partitions:
                at = TopicPartition(topic, number)
                found[number] = Bounds(*self._consumer.get_watermark_offsets(at, settings.KAFKA_TIMEOUT_SECONDS))
        return found

    def close(self) -> None:
        """Close the connections. Raises Unavailable."""
        with translated():
            self._consumer.close()


def _record(message: Any) -> Record:
    if error := message.error():
        if error.code() in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):
            raise Restart(str(error))
        raise KafkaException(error)
    headers = dict(message.headers() or ())
    return records.parse(
        message.topic(), message.partition(), message.offset(), message.key(), message.value(), headers
    )


class Producer:
    """Publishes records."""

    def __init__(self) -> None:
        with translated():
            self._producer = confluent_kafka.Producer(
                options()
                | {
                    "acks": "all",
                    "enable.idempotence": True,
                    "linger.ms": clients.LINGER_MS,
                    "request.timeout.ms": int(clients.REQUEST_SECONDS * 1000),
                    "message.timeout.ms": int(settings.KAFKA_TIMEOUT_SECONDS * 1000),
                    "message.max.bytes": clients.MAX_RECORD_BYTES,
                }
            )

    def publish(self, outgoing: Sequence[Outgoing], seconds: float) -> list[int]:
        """The offsets of records, which all in-sync replicas have. Raises Unavailable if they have not all after `seconds`."""
        until, reports = time.monotonic() + seconds, list[Any]()
        offsets: dict[int, int] = {}

        def delivered(number: int, error: Any, message: Any) -> None:
            reports.append(error)
            offsets[number] = message.offset()

        with translated():
            for number, row in enumerate(outgoing):
                self._producer.produce(
                    row.topic,
                    row.value,
                    row.key,
                    row.partition,
                    headers=row.headers,
                    on_delivery=lambda error, message, number=number: delivered(number, error, message),
                )
            while len(reports) < len(outgoing) and time.monotonic() < until:
                self._producer.poll(POLL_SECONDS)
        problem = next((error for error in reports if error), None)
        if problem or len(offsets) < len(outgoing):
            raise clients.unavailable(problem or f"no acknowledgement within {seconds:g} s")
        return [offsets[number] for number in range(len(outgoing))]


class Member:
    """A member of a group that reads nothing: its partitions are paused."""

    def __init__(self, group: str, topics: Collection[str], assigned: Assigned) -> None:
        self._report = assigned
        self._reported: set[Partition] = set()
        with translated():
            self._consumer = confluent_kafka.Consumer(
                options()
                | {
                    "group.id": group,
                    "enable.auto.commit": False,
                    "auto.offset.reset": "latest",
                    "session.timeout.ms": int(clients.SESSION_SECONDS * 1000),
                    "heartbeat.interval.ms": int(clients.SESSION_SECONDS * 300),
                }
            )
            self._consumer.subscribe(list(topics))

    def poll(self, seconds: float) -> None:
        """Take part in the group for some time. Raises Unavailable."""
        with translated():
            self._consumer.poll(seconds)
            assignment = self._consumer.assignment()
            self._consumer.pause(assignment)
        found = {(at.topic, at.partition) for at in assignment}
        if found != self._reported:
            self._reported = found
            self._report(found)

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Tell the group how far its partitions are processed, for tools that show its lag."""
        with translated():
            self._consumer.commit(offsets=[TopicPartition(*at, offset) for at, offset in offsets.items()])

    def close(self) -> None:
        """Leave the group. Raises Unavailable."""
        with translated():
            self._consumer.close()
