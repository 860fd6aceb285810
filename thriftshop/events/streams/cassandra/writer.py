"""The writer of a shard: commits the writes of all threads in groups, with one conditional batch in flight."""

import queue
import random
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cassandra.cluster import EXEC_PROFILE_DEFAULT, NoHostAvailable
from django.conf import settings

from thriftshop.events.envelope import Recorded
from thriftshop.events.streams import Refused, Write, Written
from thriftshop.events.streams.cassandra import log, lookups, session
from thriftshop.events.streams.cassandra.log import Entry, Position
from thriftshop.events.streams.cassandra.shard import Shard
from thriftshop.rpc import errors

MAX_GROUP_EVENTS = 200
MAX_GROUP_BYTES = 256 * 1024
MAX_PENDING = 20_000
"""Writes wait while the index lags behind by more entries."""
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.002, 0.1
SHARED_SECONDS = 2.0
"""How long writers of a shard take turns after one has seen that another writes."""
MAX_TURN_SECONDS = 0.02
UNKNOWN = (
    "Cassandra does not answer: the events may or may not have been recorded. Repeat the command with the same key:"
    " it is recorded once."
)
_jitter = random.Random()


class AlreadyUsed(Exception):
    """The stream has the key of a write already: nothing was appended."""


@dataclass(slots=True, eq=False)
class Command:
    """A write on its way: its events as they will be stored, and what has become of it."""

    write: Write
    recorded: tuple[Recorded, ...]
    payloads: list[bytes]
    previous: "Command | None" = None
    """The one before it in the same call and stream: if it is not appended, this one must not be."""
    may_be_applied: bool = False
    outcome: Written | Refused | Exception | None = None
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def has_failed(self) -> bool:
        """Whether it is known that it was not appended."""
        return self.outcome is not None and not isinstance(self.outcome, Written)

    def waits(self, accepted: Collection["Command"]) -> bool:
        """Whether the one before it is neither finished nor among these."""
        return self.previous is not None and self.previous.outcome is None and self.previous not in accepted

    def finish(self, outcome: Written | Refused | Exception) -> None:
        """Set the outcome, and wake the thread that waits for it."""
        self.outcome = outcome
        self.done.set()

    def entries(self, position: Position) -> list[Entry]:
        """The rows of the log for this write after a place. The first event of a command has its key."""
        return [
            Entry(
                position.bucket,
                position.sequence + number,
                record.stream,
                record.version,
                record.kind,
                self.write.key if number == 1 else None,
                payload,
                None,
            )
            for number, (record, payload) in enumerate(zip(self.recorded, self.payloads, strict=True), start=1)
        ]


class Writer:
    """Commits the writes for a shard, in a thread of its own that starts with the first one."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._queue: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._shared_until = self._next_turn_at = float("-inf")

    def submit(self, commands: Sequence[Command]) -> None:
        """Have the thread commit these; each is finished with its outcome."""
        with self._lock:
            if self._thread is None:
                name = f"cassandra {self._shard.topic}/{self._shard.number}"
                self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._thread.start()
        for command in commands:
            self._queue.put(command)

    def stop(self) -> None:
        """End the thread after the writes it has."""
        self._queue.put(None)

    def _run(self) -> None:
        while command := self._queue.get():
            self._wait_for_turn()
            group, is_last = self._group(command)
            try:
                self._catch_up_if_shared()
                self._commit(group)
            except Exception as error:
                for waiting in group:
                    if waiting.outcome is None:
                        waiting.finish(error)
            if is_last:
                break

    def _group(self, first: Command) -> tuple[list[Command], bool]:
        """The commands that wait, up to the size of a batch; and whether the thread was told to stop."""
        group, events, size = [first], len(first.payloads), sum(map(len, first.payloads))
        while events < MAX_GROUP_EVENTS and size < MAX_GROUP_BYTES:
            try:
                command = self._queue.get_nowait()
            except queue.Empty:
                break
            if command is None:
                return group, True
            group.append(command)
            events, size = events + len(command.payloads), size + sum(map(len, command.payloads))
        return group, False

    def _commit(self, group: Sequence[Command]) -> None:
        """Commit a group, until each of its commands is applied or refused. Raises Unavailable, DeadlineExceeded."""
        self._wait_for_index()
        pause, unknown_since, waiting = FIRST_PAUSE_SECONDS, 0.0, group
        while True:
            try:
                if unknown_since:
                    self._catch_up(session.SERIAL)
                self._attempt(waiting)
                unknown_since = 0.0
            except errors.Unavailable as error:
                if not any(command.may_be_applied for command in waiting):
                    raise
                unknown_since = unknown_since or time.monotonic()
                if time.monotonic() - unknown_since > settings.CASSANDRA_TIMEOUT_SECONDS:
                    raise errors.DeadlineExceeded(UNKNOWN) from error
            waiting = [command for command in waiting if command.outcome is None]
            if not waiting:
                return
            time.sleep(_jitter.uniform(0, pause))
            pause = min(2 * pause, MAX_PAUSE_SECONDS)

    def _wait_for_turn(self) -> None:
        """Let another writer of the shard, which learned of the last batch by being refused, append its own first."""
        now = time.monotonic()
        if now < min(self._shared_until, self._next_turn_at):
            time.sleep(self._next_turn_at - now)

    def _catch_up_if_shared(self) -> None:
        if time.monotonic() < self._shared_until:
            self._catch_up(EXEC_PROFILE_DEFAULT)

    def _catch_up(self, profile: object) -> None:
        end, _ = self._shard.head()
        self._shard.catch_up(self._shard.start_catching_up(profile))
        if self._shard.head()[0] != end:
            self._shared_until = time.monotonic() + SHARED_SECONDS

    def _wait_for_index(self) -> None:
        until = time.monotonic() + settings.CASSANDRA_TIMEOUT_SECONDS
        while self._shard.waiting() > MAX_PENDING:
            if time.monotonic() > until:
                raise errors.Unavailable(
                    "The index of the streams in Cassandra is too far behind: nothing was written."
                )
            time.sleep(FIRST_PAUSE_SECONDS)

    def _attempt(self, commands: Sequence[Command]) -> None:
        """Append the commands that fit the known head. Those that do not are refused; those that wait for others remain."""
        end, head = self._shard.head()
        accepted = self._accepted(commands, end)
        if not accepted:
            return
        entries: list[Entry] = []
        for command in accepted:
            entries += command.entries(Position(end.bucket, end.sequence + len(entries)))
        if entries[-1].sequence // log.BUCKET_EVENTS > end.sequence // log.BUCKET_EVENTS:
            entries[-1] = entries[-1]._replace(ends_bucket=True)
        began = time.monotonic()
        if self._append(accepted, entries, head):
            self._shard.apply(entries, own=True)
            now = time.monotonic()
            self._next_turn_at = now + min(_jitter.uniform(1, 2) * (now - began), MAX_TURN_SECONDS)
            for command in accepted:
                command.finish(Written(command.recorded))
        else:
            self._catch_up(EXEC_PROFILE_DEFAULT)
            if self._shard.head()[0] == end:
                self._catch_up(session.SERIAL)

    def _append(self, commands: Sequence[Command], entries: Sequence[Entry], head: int | None) -> bool:
        """Send the batch; return whether it was applied. Raises Unavailable."""
        future = log.append(self._shard.topic, self._shard.number, entries, head)
        try:
            return bool(future.result().one()[0])
        except NoHostAvailable as error:  # the batch was not sent
            raise errors.Unavailable(f"Cassandra does not answer, and nothing was written: {error}") from error
        except session.FAILURES as error:
            for command in commands:
                command.may_be_applied = True
            raise errors.Unavailable(f"{UNKNOWN} {error}") from error

    def _accepted(self, commands: Sequence[Command], end: Position) -> list[Command]:
        """The commands that can be appended together after the known end; those that cannot are finished or remain."""
        versions, used = lookups.look_up(self._shard, [command.write for command in commands], end)
        accepted: dict[Command, None] = {}
        changed: set[str] = set()
        for command in commands:
            write = command.write
            if command.may_be_applied and lookups.is_recorded(self._shard, command.recorded[0], command.payloads[0]):
                command.finish(Written(command.recorded))
            elif command.previous is not None and command.previous.has_failed:
                command.finish(Refused())
            elif command.waits(accepted) or (write.stream in changed and not self._follows(write, versions, used)):
                continue  # until it is known whether the commands before it are applied
            elif (write.stream, write.key) in used:
                command.finish(AlreadyUsed())
            elif versions.get(write.stream) != write.expected_version:
                self._refuse(command, versions.get(write.stream), end)
            else:
                accepted[command] = None
                changed.add(write.stream)
                versions[write.stream] = command.recorded[-1].version
                if write.key is not None:
                    used.add((write.stream, write.key))
        return list(accepted)

    @staticmethod
    def _follows(write: Write, versions: Mapping[str, int], used: Collection[tuple[str, str | None]]) -> bool:
        return versions[write.stream] == write.expected_version and (write.stream, write.key) not in used

    def _refuse(self, command: Command, version: int | None, end: Position) -> None:
        """Refuse a command whose stream is at another version, unless this process knows too little of the shard."""
        write = command.write
        if version is None or version < write.expected_version:
            self._catch_up(EXEC_PROFILE_DEFAULT)
            if self._shard.head()[0] != end:
                return
        is_used = write.key is not None and lookups.used_at(self._shard, write.stream, write.key)
        command.finish(AlreadyUsed() if is_used else Refused())
