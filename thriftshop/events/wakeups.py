"""Wake-ups: threads of this process that wait for new events are woken when one is recorded."""

import threading

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


def notify(topic: str = ANY) -> None:
    """Wake every thread that waits for this topic or for any; for ANY, all that wait."""
    for signal in list(_by_topic.values()) if topic == ANY else [_signal(topic)]:
        signal.notify()
    _any.notify()


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
