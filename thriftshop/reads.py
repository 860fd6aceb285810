"""What the execution of an operation reads: cached values that follow events, or data whose changes are not known here.

Caches report what they return, and every call of a service reports itself. So a result may be stored if it was made from
cached values only, and it holds until one of them changes or expires.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from thriftshop import clock


class Source(Protocol):
    """A cache that counts the changes that it hears of."""

    @property
    def changes(self) -> int:
        """The number of changes so far."""

    def is_unchanged(self, keys: Collection[str], since: int) -> bool:
        """Whether it still follows its events, and none of these keys has changed after so many changes."""


class _Keys:
    """The keys that were read of one source, and the number of its changes before the first of them was read."""

    __slots__ = ("keys", "since")

    def __init__(self, since: int) -> None:
        self.keys: set[str] = set()
        self.since = since


class Reads:
    """What an execution has read."""

    __slots__ = ("_sources", "_valid_until", "is_known")

    def __init__(self) -> None:
        # False once something was read whose changes are not known.
        self.is_known = True
        self._sources: dict[Source, _Keys] = {}
        self._valid_until: int | None = None

    def __len__(self) -> int:
        return sum(len(read.keys) for read in self._sources.values())

    def add(self, source: Source, key: str) -> None:
        """Add a key of a source, before it is read."""
        read = self._sources.get(source)
        if read is None:
            read = self._sources[source] = _Keys(source.changes)
        read.keys.add(key)

    def expire_at(self, valid_until: int | None) -> None:
        """Limit how long the values are valid; milliseconds."""
        if valid_until is not None and (self._valid_until is None or valid_until < self._valid_until):
            self._valid_until = valid_until

    def are_current(self) -> bool:
        """Whether no value has changed or expired since it was read."""
        if self._valid_until is not None and self._valid_until <= clock.now():
            return False
        for source, read in self._sources.items():
            changes = source.changes
            if not source.is_unchanged(read.keys, read.since):
                return False
            read.since = changes
        return True


_current: ContextVar[Reads | None] = ContextVar("reads", default=None)


# The reads of the execution in progress, or None if they are not recorded. The bound method, because caches call it often.
current = _current.get


def unknown() -> None:
    """Report that something is read whose changes are not known."""
    reads = _current.get()
    if reads is not None:
        reads.is_known = False


@contextmanager
def recording() -> Iterator[Reads]:
    """Record what is read in a block, and in the tasks that it starts."""
    reads = Reads()
    token = _current.set(reads)
    try:
        yield reads
    finally:
        _current.reset(token)


@contextmanager
def not_recorded() -> Iterator[None]:
    """Record nothing in a block: the calls of a cache that reports its values itself."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)
