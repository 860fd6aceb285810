"""`manage.py lag`: how far the consumer groups of all processes are behind."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand

from idl import platform
from thriftshop import call_context, clock, contexts, rpc
from thriftshop.events import envelope, feed, groups, progress
from thriftshop.events.groups import Group


class Line(NamedTuple):
    """A group: how many events it is behind, the age of the oldest in seconds, and the unknown event it waits for."""

    group: str
    topic: str
    behind: int | None
    age: float | None
    waiting_for: str


class Command(BaseCommand):
    """Prints the lag."""

    help = (
        "Prints for each consumer group how many events it has yet to process and, for those of this process's database,"
        " the age of the oldest. The groups of other processes are asked for at their services."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose groups."""
        parser.add_argument("--here", action="store_true", help="only the groups of the contexts in CONTEXTS")

    def handle(self, *_: Any, here: bool, **__: Any) -> None:
        """Print a line per group."""
        lines = [_line(group) for group in groups.hosted()]
        for config in [] if here else contexts.all_contexts():
            if config not in contexts.hosted() and config.consumes_events:
                lines += self._elsewhere(config.label)
        self.stdout.write(f"{'group':32} {'topic':16} {'behind':>10} {'oldest':>10}")
        for line in lines:
            behind = "unknown" if line.behind is None else f"{line.behind:,}"
            age = "" if line.age is None else f"{line.age:,.1f} s"
            waiting = f"  waits for a newer version: {line.waiting_for}" if line.waiting_for else ""
            self.stdout.write(f"{line.group:32} {line.topic:16} {behind:>10} {age:>10}{waiting}")

    def _elsewhere(self, context: str) -> list[Line]:
        caller = next(iter(settings.CONTEXTS), "")
        try:
            with call_context.using(caller=caller):
                return list(_summed(rpc.connect(platform.PlatformService, at=context).get_progress()))
        except (rpc.Unavailable, rpc.DeadlineExceeded) as error:
            self.stderr.write(f"{context}: {error}")
            return []


def _line(group: Group) -> Line:
    reports = progress.of(group)
    known = [report.behind for report in reports if report.behind is not None]
    behind = sum(known) if len(known) == len(reports) else None
    waiting = next((report.waiting_for for report in reports if report.waiting_for), "")
    return Line(group.name, group.topic, behind, _age(group, reports) if behind else None, waiting)


def _age(group: Group, reports: Iterable[progress.Progress]) -> float | None:
    """The age in seconds of the oldest event that the group has not processed."""
    with groups.as_caller(group.name):
        batches = [feed.of(group.topic).read(report.partition, report.cursor, 1, group.kinds) for report in reports]
    recorded = [envelope.peek(message.payload).recorded_at for batch in batches for message in batch.messages]
    return (clock.now() - min(recorded)) / 1000 if recorded else None


def _summed(reports: Iterable[platform.GroupProgress]) -> Iterable[Line]:
    by_group: dict[tuple[str, str], list[platform.GroupProgress]] = {}
    for report in reports:
        by_group.setdefault((report.group, report.topic), []).append(report)
    for (group, topic), found in by_group.items():
        known = [report.behind for report in found if report.behind is not None]
        behind = sum(known) if len(known) == len(found) else None
        yield Line(group, topic, behind, None, next((report.waiting_for for report in found if report.waiting_for), ""))
