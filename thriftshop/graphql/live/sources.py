"""Sources: what a subscription follows, and the states that it sends."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from thriftshop.graphql.requests import Context

Stream = tuple[str, str]
"""A topic and the name of one of its streams."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of an object at a moment: the value that the selection is executed on."""

    value: Any
    mark: Hashable  # differs between states that differ
    version: int | None = None  # the version by which a client resumes
    valid_until: int | None = None  # when the state changes without an event; milliseconds


Load = Callable[[Context, str], Awaitable[State | None]]
"""Loads the current state of an object; None if it does not exist or the viewer may not see it."""


def has_changed(before: State | None, now: State) -> bool:
    """Whether a state differs from the last one."""
    return before is None or before.mark != now.mark


@dataclass(frozen=True, slots=True)
class Source:
    """Objects that a subscription follows. An object's key is the name of its stream in each of the topics."""

    load: Load
    topics: tuple[str, ...]
    keys: tuple[str, ...]
    # The same for every viewer: loaded once for all subscriptions, without a viewer.
    is_public: bool = False
    # The version of the last state that the client has seen; states up to it are not sent.
    after: int | None = None
    # Objects whose events are announced under this name are followed as well.
    announced_as: Stream | None = None
    # Finds further objects at the start, after those announced are followed.
    find: Callable[[Context], Awaitable[Sequence[str]]] | None = None
    # Raised if an object cannot be seen at the start; without it, such objects are left out.
    not_found: Callable[[str], Exception] | None = None
    # Whether a state is sent, given the last one; None at first, and after the object could not be seen.
    is_sent: Callable[[State | None, State], bool] = has_changed
    # Whether a result that equals the last one of the same object is left out.
    skips_equal: bool = True

    @property
    def is_resumable(self) -> bool:
        """Whether clients resume by version: of a single object, since each object has versions of its own."""
        return len(self.keys) == 1 and self.announced_as is None

    def streams(self, key: str) -> list[Stream]:
        """The streams of an object."""
        return [(topic, key) for topic in self.topics]
