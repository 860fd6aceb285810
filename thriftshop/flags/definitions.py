"""The flags in the memory of a process: read once, then again after each of their events.

While the service that keeps them is unavailable, they stay as they were last known.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from time import monotonic

from thriftshop import clock, reads
from thriftshop.events import broadcast
from thriftshop.flags.evaluation import Flag

# A subscription hears from its topic's process at least every half second.
CURRENT_SECONDS = 2.0


class Definitions:
    """All flags by key. A stored response that was made from them holds until the flags that it read change."""

    def __init__(self, subscription: str, read: Callable[[], Iterable[Flag]]) -> None:
        self._subscription = subscription
        self._read = read
        self._lock = threading.Lock()
        self._flags: dict[str, Flag] = {}
        self._running: tuple[Flag, ...] = ()
        self._changed: dict[str, int] = {}  # the number of the last change of each flag
        self._is_complete = False
        self.changes = 0

    def get(self, key: str) -> Flag | None:
        """The flag of this key; a response for which it is read depends on it."""
        recorded = reads.current()
        if recorded is not None:
            recorded.add(self, key)
        return self._flags.get(key)

    def running(self) -> tuple[Flag, ...]:
        """The flags that run."""
        return self._running

    def every(self) -> list[Flag]:
        """All flags, by key."""
        return [flag for _, flag in sorted(self._flags.items())]

    def complete(self) -> None:
        """Read the flags, unless all are known and their events are followed."""
        if not self._is_complete:
            self.refresh()

    def refresh(self) -> None:
        """Read the flags, for instance after an event; if that fails, `complete` reads them."""
        self._is_complete, was_followed = False, self.is_followed
        flags = self._read()
        with self._lock:
            self._keep(flags)
        # What happened before the events were followed may be missing.
        self._is_complete = was_followed

    def stop(self, key: str) -> None:
        """Stop a flag at once, before it is read again."""
        with self._lock:
            flag = self._flags.get(key)
            if flag is not None and (flag.is_running or flag.shipped):
                self._keep([replace(flag, is_running=False, shipped=None, version=flag.version + 1)])

    @property
    def is_followed(self) -> bool:
        """Whether this process follows the events of the flags."""
        return broadcast.current_at(self._subscription) > broadcast.NEVER

    def is_unchanged(self, keys: Collection[str], since: int) -> bool:
        """Whether the events are followed, and none of these flags has changed after so many changes."""
        if monotonic() - broadcast.current_at(self._subscription) > CURRENT_SECONDS:
            return False
        return self.changes == since or all(self._changed.get(key, 0) <= since for key in keys)

    def clear(self) -> None:
        """Forget all flags."""
        with self._lock:
            self._flags, self._running, self._changed, self._is_complete = {}, (), {}, False
            self.changes += 1

    def _keep(self, flags: Iterable[Flag]) -> None:
        """Keep flags, unless newer ones are known: a read may have begun before the last event."""
        for flag in flags:
            known = self._flags.get(flag.key)
            if known is None or known.version < flag.version:
                self._flags = {**self._flags, flag.key: flag}
                self._changed[flag.key] = self.changes + 1
                self.changes += 1
        self._running = tuple(flag for flag in self._flags.values() if flag.is_running)


def expire(flag: Flag) -> None:
    """Limit a response to the moment at which a flag begins to have an effect."""
    recorded = reads.current()
    if recorded is not None and flag.is_running and flag.starts_at is not None and flag.starts_at > clock.now():
        recorded.expire_at(flag.starts_at)
