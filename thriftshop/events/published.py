"""Up to when everything recorded in a topic has been published to its broker: what the topic's own process knows of its relay."""

import contextlib
import threading
import time

from django.db import DatabaseError, connections

from idl import platform
from thriftshop import call_context, clock, rpc
from thriftshop.events import checkpoints, envelope, feed, groups, streams
from thriftshop.events.feed import Cursor
from thriftshop.events.relay import Relay
from thriftshop.rpc import errors

CHECK_SECONDS = 0.5
FAILURES = (errors.RpcError, OSError, DatabaseError)


class Published(threading.Thread):
    """Asks every half second, the process that hosts the topic if it is another one, until stopped.

    A broker that answers says nothing of events that were recorded and not published yet, if a relay does not move on.
    """

    def __init__(self, topic: str, caller: str, stopping: threading.Event) -> None:
        super().__init__(name=f"published {topic}", daemon=True)
        self.until = float("-inf")
        """The monotonic time of the newest event that is certainly published, with all before it."""
        self._topic = topic
        self._caller = caller
        self._stopping = stopping

    def run(self) -> None:
        """Ask until stopped. A process that does not answer leaves the time where it is."""
        try:
            while not self._stopping.is_set():
                with contextlib.suppress(*FAILURES):
                    self.check()
                self._stopping.wait(CHECK_SECONDS)
        finally:
            connections.close_all()

    def check(self) -> None:
        """Ask now. Raises RpcError, DatabaseError."""
        began_at = time.monotonic()
        self.until = max(self.until, began_at - self._delay() / 1000)

    def _delay(self) -> float:
        if streams.is_hosted(self._topic):
            return publishing_delay(self._topic)
        with call_context.within(call_context.CallContext(caller=self._caller)):
            asked = rpc.connect(platform.PlatformService, at=self._topic)
            return float(asked.get_publishing_delay(self._topic))


def publishing_delay(topic: str) -> int:
    """How many milliseconds ago the oldest event was recorded that the relay of a topic hosted here has not published."""
    for relay in (
        group for group in groups.hosted() if isinstance(group, Relay) and feed.topic_of(group.topic) == topic
    ):
        log = feed.of(relay.topic)
        saved = checkpoints.load(relay, log.partitions)
        late = [number for number, end in log.ends().items() if saved[number].cursor != end]
        batches = [log.read(number, Cursor(saved[number].cursor), 1) for number in late]
        recorded = [envelope.peek(message.payload).recorded_at for batch in batches for message in batch.messages]
        return max(0, clock.now() - min(recorded)) if recorded else 0
    return 0
