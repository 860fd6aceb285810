"""Snapshots of long streams: states that were stored, so that a process need not replay a stream from its first event."""

import functools
import hashlib
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

import idl
from thriftshop.events import streams
from thriftshop.events.commands import Command, State
from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Snapshot
from thriftshop.telemetry import repeats

S = TypeVar("S")
EVERY = 500
"""The events of a stream between two snapshots. A stream that is shorter has none."""

failures = repeats.Repeats(logging.getLogger("thriftshop.events"))


class Snapshots(Generic[S]):
    """The snapshots of a decider's states, which are values that msgspec can encode, or mappings.

    They only save time: one that is missing, that other code has made, or that does not fit its stream is ignored.
    """

    def __init__(self, topic: str, initial: S, evolve: Callable[[S, Any], S]) -> None:
        self._topic = topic
        self._initial = initial
        self._evolve = evolve

    @functools.cached_property
    def fingerprint(self) -> str:
        """A digest of the code and the contracts that make a state of events."""
        file = Path(str(sys.modules[self._evolve.__module__].__file__))
        code = sorted(file.parent.glob("*.py")) if file.parent.name == "domain" else [file]
        contracts = [idl.ROOT / f"{name}.thrift" for name in (self._topic, "common")]
        digest = hashlib.sha256()
        for source in [*code, *contracts]:
            digest.update(source.read_bytes())
        return digest.hexdigest()[:32]

    def read(self, known: Mapping[str, State[S]]) -> tuple[dict[str, State[S]], dict[str, list[Recorded]]]:
        """For each stream a state, which is the given one or that of its snapshot, and the events after it."""
        states, topic_streams = dict(known), streams.of(self._topic)
        versions = {stream: version for stream, (_, version) in known.items()}
        if all(versions.values()):
            return states, topic_streams.read(versions)
        snapshots, news = topic_streams.read_from_snapshots(versions, self.fingerprint)
        untrusted: dict[str, int] = {}
        for snapshot in snapshots:
            try:
                states[snapshot.stream] = self._state(snapshot, news[snapshot.stream]), snapshot.version
                del news[snapshot.stream][0]
            except ValueError as problem:
                failures.report(logging.WARNING, "a snapshot is ignored", self._topic, extra={"problem": repr(problem)})
                untrusted[snapshot.stream] = 0
        return states, news | topic_streams.read(untrusted) if untrusted else news

    def _state(self, snapshot: Snapshot, recorded: Sequence[Recorded]) -> S:
        """The state of a snapshot, if its stream has the event that it ends with. Raises ValueError."""
        if not recorded or (recorded[0].version, recorded[0].id) != (snapshot.version, snapshot.event_id):
            raise ValueError(f"{snapshot.stream} has no event {snapshot.event_id} of version {snapshot.version}")
        return msgspec.msgpack.decode(snapshot.state, type=type(self._initial))

    def note_loaded(self, states: Mapping[str, State[S]], news: Mapping[str, Sequence[Recorded]]) -> None:
        """Store the states for which many events had to be replayed."""
        self._save((stream, states[stream], own[-1].id) for stream, own in news.items() if len(own) >= EVERY)

    def note_decided(self, commands: Iterable[Command[S]]) -> None:
        """Store the states of the streams whose version passed a multiple of EVERY."""
        self._save(
            (stream, (decided.state, decided.version), decided.recorded[-1].id)
            for command in commands
            for stream, decided in command.done.items()
            if decided.version % EVERY < len(decided.recorded) and not decided.repeated
        )

    def _save(self, states: Iterable[tuple[str, State[S], str]]) -> None:
        try:
            newest: dict[str, Snapshot] = {}
            for stream, (state, version), event_id in states:
                encoded = msgspec.msgpack.encode(state, enc_hook=dict)
                newest[stream] = Snapshot(stream, version, event_id, self.fingerprint, encoded)
            if newest:
                streams.of(self._topic).save_snapshots(list(newest.values()))
                failures.recovered("snapshots are not stored", self._topic)
        except Exception as error:
            failures.report(logging.WARNING, "snapshots are not stored", self._topic, error)
