"""Wake-ups: threads of this process that wait for new events are woken when one is recorded."""

import threading

_condition = threading.Condition()
_count = 0


def notify() -> None:
    """Wakes every thread that waits."""
    global _count
    with _condition:
        _count += 1
        _condition.notify_all()


def count() -> int:
    """How often `notify` was called: pass it to `wait`, so that no call in between is missed."""
    return _count


def wait(since: int, seconds: float) -> None:
    """Waits until `notify` has been called after `since` was counted, for `seconds` at most."""
    with _condition:
        _condition.wait_for(lambda: _count != since, seconds)
