"""Wake-ups: threads that wait for new events are woken when one is recorded, in this process and in its siblings."""

import threading
import time
from collections.abc import Callable, Iterable

ANY = ""
"""In place of a topic: events of any topic."""


class _Signal:
    """The wake-ups of one topic, or of all, and how many there were."""

    __slots__ = ("condition", "count")

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.count = 0

    def notify(self) -> None:
        with self.condition:
            self.count += 1
            self.condition.notify_all()


_any = _Signal()
_by_topic: dict[str, _Signal] = {}
_watched_until: dict[str, float] = {}
_forward: Callable[[str], None] | None = None


def forward_to(tell: Callable[[str], None]) -> None:
    """Also tell the server's other worker processes of new events, by a function that is called with the topic."""
    global _forward
    _forward = tell


def notify(topic: str = ANY) -> None:
    """Wake every thread that waits for this topic or for any; for ANY, all that wait. New events wake other workers as well."""
    notify_here(topic)
    if _forward is not None and topic != ANY:
        _forward(topic)


def notify_here(topic: str) -> None:
    """Wake the threads of this process only."""
    for signal in list(_by_topic.values()) if topic == ANY else [_signal(topic)]:
        signal.notify()
    _any.notify()


def watch(topics: Iterable[str], seconds: float) -> None:
    """Note that the calling thread notifies of events that other processes record in these topics, for `seconds` from now."""
    _watched_until.update(dict.fromkeys(topics, time.monotonic() + seconds))


def watched_seconds(topic: str) -> float:
    """For how long it suffices to wait for `notify`, because another thread looks for the events of other processes."""
    return max(0.0, _watched_until.get(topic, 0.0) - time.monotonic())


def count(topic: str = ANY) -> int:
    """How often `notify` was called for a topic: pass it to `wait`, so that no call in between is missed."""
    return _signal(topic).count


def counts() -> dict[str, int]:
    """How often `notify` was called for each topic that was notified or waited for."""
    return {topic: signal.count for topic, signal in list(_by_topic.items())}


def wait(since: int, seconds: float, topic: str = ANY) -> None:
    """Wait until `notify` has been called for the topic after `since` was counted, for `seconds` at most."""
    signal = _signal(topic)
    with signal.condition:
        signal.condition.wait_for(lambda: signal.count != since, seconds)


def _signal(topic: str) -> _Signal:
    return _any if topic == ANY else _by_topic.setdefault(topic, _Signal())
