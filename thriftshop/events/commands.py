"""Commands of one topic, decided in a group: each on the states that those before it leave, all appended together."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import InterfaceError, OperationalError

from thriftshop.events import appends, envelope, streams
from thriftshop.events.envelope import Recorded, Stamp
from thriftshop.events.streams import Failed, NoAnswer, Outcome, Refused, Repeated, Write, Written
from thriftshop.rpc import deadlines, errors

S = TypeVar("S")
Decision = Callable[[S], Sequence[Any]]
State = tuple[S, int]
"""A stream's state and version."""

SHARED_FAILURES = (OperationalError, InterfaceError, OSError, NoAnswer)
"""Failures of the store, not of a command: the others of the group would fail in the same way."""


@dataclass(frozen=True, slots=True)
class Decided(Generic[S]):
    """The result of a decision: the state after it, its version, the recorded events, and whether it repeats an earlier one."""

    state: S
    version: int
    recorded: tuple[Recorded, ...]
    repeated: bool = False


@dataclass(slots=True, eq=False)
class Command(Generic[S]):
    """Decisions on some streams under one key, made in the call context of the thread that created it.

    After an attempt it has failed, or its streams are done, or the rest has to be attempted again on fresh states.
    """

    decisions: Mapping[str, Decision[S]]
    key: str | None
    done: dict[str, Decided[S]] = field(default_factory=dict)
    # What the store has recorded under the key before, by stream.
    repeated: dict[str, tuple[Recorded, ...]] = field(default_factory=dict)
    error: Exception | None = None
    is_fresh: bool = False
    # Whether a write was refused because another process had written.
    has_lost: bool = False
    stamp: Stamp = field(default_factory=envelope.stamp)
    _context: Context = field(default_factory=copy_context)
    _deadline: float | None = field(default_factory=deadlines.before_writing)

    @property
    def pending(self) -> list[str]:
        """The streams that are not done."""
        return [stream for stream in self.decisions if stream not in self.done]

    @property
    def is_overdue(self) -> bool:
        """Whether its call's deadline passed before the call began to write."""
        return deadlines.has_passed(self._deadline)

    def decide(self, stream: str, state: S) -> Sequence[Any]:
        """The events of one decision. Raises its refusal."""
        return self._context.run(self.decisions[stream], state)


class _Change(NamedTuple):
    """A write, with the command that it is part of and the state that it leads to."""

    command: Command[Any]
    write: Write
    state: Any

    @property
    def version(self) -> int:
        """The stream's version after it."""
        return self.write.expected_version + len(self.write.events)


class _Unconfirmed(NamedTuple):
    """A decision without events, or its refusal, on a state that other writes of the group led to, or that may be outdated."""

    command: Command[Any]
    stream: str
    before: State[Any]
    refusal: Exception | None


class Group(Generic[S]):
    """Commands that are appended together, on the given states; those of the streams in `fresh` were just read.

    A refusal counts only on a current state. A state is current if it was just read, or if the store accepted a write on
    it, and if so are all writes of the group that lead to it. If not, the command is attempted again.
    """

    def __init__(
        self, topic: str, evolve: Callable[[S, Any], S], states: Mapping[str, State[S]], fresh: set[str]
    ) -> None:
        self._streams = streams.of(topic)
        self._evolve = evolve
        self._states = dict(states)
        self._fresh = fresh
        self._changes: list[_Change] = []
        self._unconfirmed: list[_Unconfirmed] = []
        self._keys: set[tuple[str, str | None]] = set()
        self._changed: set[str] = set()
        self._failed: set[str] = set()

    def decide(self, command: Command[S]) -> None:
        """Decide a command; nothing of it is appended if one of its decisions is refused."""
        pending = command.pending
        if command.key is not None and any((stream, command.key) in self._keys for stream in pending):
            return  # it repeats another one of the group: the next attempt finds what that one recorded
        changes: list[_Change] = []
        for stream in pending:
            before = self._states[stream]
            try:
                events = command.decide(stream, before[0])
                after = self._after(before[0], events)
            except Exception as error:
                self._unconfirmed.append(_Unconfirmed(command, stream, before, error))
                return
            if events:
                write = Write(stream, before[1], events, command.key, command.stamp)
                changes.append(_Change(command, write, after))
                continue
            self._unconfirmed.append(_Unconfirmed(command, stream, before, None))
            if not self._is_based(stream):
                return
        self._add(command, changes)

    def _after(self, state: S, events: Sequence[Any]) -> S:
        for event in events:
            state = self._evolve(state, event)
        return state

    def _is_based(self, stream: str) -> bool:
        """Whether the state of a stream is current, or will be if the changes of the group are accepted."""
        return stream in self._fresh or stream in self._changed

    def _add(self, command: Command[S], changes: Sequence[_Change]) -> None:
        if changes and command.is_overdue:
            command.error = errors.DeadlineExceeded("The deadline passed before the command was written.")
            return
        for change in changes:
            stream = change.write.stream
            self._states[stream] = change.state, change.version
            self._keys.add((stream, command.key))
            self._changed.add(stream)
        self._changes += changes

    def append(self) -> dict[str, State[S]]:
        """Append all changes, note the outcomes in the commands, and return the new states of the streams."""
        written: dict[str, State[S]] = {}
        for change, outcome in zip(self._changes, self._outcomes() if self._changes else (), strict=True):
            stream = change.write.stream
            if isinstance(outcome, Written):
                change.command.done[stream] = Decided(change.state, change.version, outcome.recorded)
                written[stream] = change.state, change.version
            else:
                self._note_failure(change, outcome)
        for decision in self._unconfirmed:
            self._confirm(decision)
        return written

    def _outcomes(self) -> Sequence[Outcome | None]:
        """The outcome of each change; None if its command failed."""
        try:
            return appends.append(self._streams, [change.write for change in self._changes])
        except SHARED_FAILURES as error:
            for change in self._changes:
                change.command.error = error
            return [None] * len(self._changes)
        except Exception:
            # An event that cannot be written: each command by itself.
            failed: set[str] = set()
            commands = groupby(self._changes, lambda change: change.command)
            return [
                outcome
                for command, changes in commands
                for outcome in self._outcomes_of(command, [change.write for change in changes], failed)
            ]

    def _outcomes_of(self, command: Command[S], writes: Sequence[Write], failed: set[str]) -> Sequence[Outcome | None]:
        """The outcomes of one command's writes; those to streams with a write that was not made are refused."""
        possible = [write for write in writes if write.stream not in failed]
        outcomes: dict[str, Outcome | None] = dict.fromkeys((write.stream for write in writes), Refused())
        try:
            appended = appends.append(self._streams, possible) if possible else []
            outcomes |= {write.stream: outcome for write, outcome in zip(possible, appended, strict=True)}
        except Exception as error:
            command.error = error
            outcomes = dict.fromkeys(outcomes)
        failed.update(stream for stream, outcome in outcomes.items() if not isinstance(outcome, Written))
        return [outcomes[write.stream] for write in writes]

    def _note_failure(self, change: _Change, outcome: Outcome | None) -> None:
        """A write was not made. The later ones of its stream fail with it, without having lost a race."""
        stream = change.write.stream
        if isinstance(outcome, Repeated):
            change.command.repeated[stream] = outcome.recorded
        elif isinstance(outcome, Failed):
            change.command.error = outcome.error
        elif isinstance(outcome, Refused) and stream not in self._failed:
            change.command.has_lost = True
        self._failed.add(stream)

    def _confirm(self, decision: _Unconfirmed) -> None:
        """Settle a decision that had no events or was refused, if the state that it was based on was current.

        A refused command that has recorded events under its key is a repetition.
        """
        command, stream, before, refusal = decision
        if command.error is not None or stream in self._failed or not self._is_based(stream):
            return
        if refusal is None:
            command.done[stream] = Decided(*before, ())
        elif earlier := self._streams.recorded_under(stream, command.key) if command.key else ():
            command.done[stream] = Decided(*before, earlier, repeated=True)
        else:
            command.error = refusal
