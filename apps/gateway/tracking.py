"""Tracked events wait here until a thread sends them to the analytics service, so that no client waits for it."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from idl import analytics, common
from thriftshop import call_context, rpc
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.gateway.tracking")
failures = repeats.Repeats(log)

# The number of events, at most, in one call; the first batch may have more.
EVENTS_PER_CALL = 500
MAX_RETRY_SECONDS = 5.0
MAX_USER_AGENT = 500
BOT, STAFF, NO_CONSENT, DO_NOT_TRACK = "bot", "staff", "no consent", "do not track"
FLOOD, BUFFER_FULL, REFUSED = "flood", "buffer full", "refused"


class Waiting(NamedTuple):
    """A batch with the User-Agent header of its client."""

    batch: analytics.TrackedBatch
    user_agent: str


class Buffer:
    """Batches that wait for the analytics service, and counts of events that are not recorded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Waiting] = deque()
        self._events = 0
        self._exclusions: Counter[str] = Counter()
        self._flushing = threading.Lock()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return self._events

    def put(self, batch: analytics.TrackedBatch, user_agent: str) -> None:
        """Add a batch; while the buffer is full, its events are only counted."""
        with self._lock:
            if self._events + len(batch.events) > settings.TRACK_BUFFER:
                self._exclusions[BUFFER_FULL] += len(batch.events)
                return
            self._waiting.append(Waiting(batch, user_agent))
            self._events += len(batch.events)
        self._start()

    def exclude(self, reason: str, events: int) -> None:
        """Count events that are not recorded."""
        with self._lock:
            self._exclusions[reason] += events
        self._start()

    def flush(self) -> None:
        """Send all that waits. Raises RpcError, and keeps the rest, if the service does not answer."""
        with self._flushing:
            while self._flush_part():
                pass

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._waiting.clear()
            self._exclusions.clear()
            self._events = 0

    def _flush_part(self) -> bool:
        part, exclusions = self._take()
        if not part and not exclusions:
            return False
        people = [waiting.batch for waiting in part if not is_bot(waiting.user_agent)]
        bots = sum(len(waiting.batch.events) for waiting in part) - sum(len(batch.events) for batch in people)
        try:
            _send(people, exclusions + Counter({BOT: bots}))
        except common.InvalidInput as refusal:
            log.error("tracked events refused", extra={"problem": refusal.message})
            self.exclude(REFUSED, sum(len(batch.events) for batch in people))
        except BaseException:
            self._put_back(part, exclusions)
            raise
        return True

    def _take(self) -> tuple[list[Waiting], Counter[str]]:
        """The batches of the next call, and all counts."""
        part: list[Waiting] = []
        count = 0
        with self._lock:
            while self._waiting and (not part or count + len(self._waiting[0].batch.events) <= EVENTS_PER_CALL):
                part.append(self._waiting.popleft())
                count += len(part[-1].batch.events)
            self._events -= count
            exclusions, self._exclusions = self._exclusions, Counter()
        return part, exclusions

    def _put_back(self, part: Sequence[Waiting], exclusions: Counter[str]) -> None:
        with self._lock:
            self._waiting.extendleft(reversed(part))
            self._events += sum(len(waiting.batch.events) for waiting in part)
            self._exclusions.update(exclusions)

    def _start(self) -> None:
        """Start the thread with the first event: worker processes are forked before."""
        if self._thread is None and settings.TRACK_FLUSH_SECONDS:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="tracking", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        seconds = settings.TRACK_FLUSH_SECONDS
        while True:
            pause.wait(seconds)
            try:
                self.flush()
            except Exception as error:
                failures.report(logging.WARNING, "tracked events not sent", "", error)
                seconds = min(seconds * 2, MAX_RETRY_SECONDS)
            else:
                failures.recovered("tracked events not sent", "")
                seconds = settings.TRACK_FLUSH_SECONDS


BUFFER = Buffer()


@lru_cache(maxsize=10_000)
def is_bot(user_agent: str) -> bool:
    """Whether the User-Agent header is that of a known bot; browsers always send one."""
    # Reading the list takes a moment, which is not taken from the first request.
    import crawleruseragents

    return not user_agent or bool(crawleruseragents.is_crawler(user_agent))


def _send(batches: Sequence[analytics.TrackedBatch], counts: Counter[str]) -> None:
    exclusions = [analytics.Exclusion(reason=reason, events=count) for reason, count in counts.items() if count > 0]
    if batches or exclusions:
        with call_context.using(caller="gateway"):
            rpc.connect(analytics.AnalyticsService).track(list(batches), exclusions)
