"""`manage.py rebuild`: replays a context's projections from the events, or checks that this would change nothing."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from thriftshop.events import UnknownEvent, checkpoints, groups, progress, rebuild, streams
from thriftshop.events.groups import Projection
from thriftshop.rpc import errors


class Command(BaseCommand):
    """Rebuilds projections."""

    help = "Empties a context's projections and replays them from the events; reactions are never replayed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The context, and whether only to check."""
        names = sorted({groups.context_of(group.name) for group in groups.hosted() if isinstance(group, Projection)})
        parser.add_argument("context", nargs="*", help=f"the contexts to rebuild (default: all): {', '.join(names)}")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if a rebuild would change something"
        )

    def handle(self, *_: Any, context: list[str], check: bool, **__: Any) -> None:
        """Rebuild or check, with a progress bar per projection."""
        chosen = [
            group
            for group in groups.hosted()
            if isinstance(group, Projection) and (not context or groups.context_of(group.name) in context)
        ]
        if not chosen and not context:
            self.stdout.write("Nothing to rebuild: no context of this process has projections.")
            return
        if not chosen:
            raise CommandError(
                f"No projection belongs to {', '.join(context)}; `manage.py rebuild --help` lists contexts."
            )
        _catch_up(chosen)
        wrong = [name for projection in chosen for name in self._rebuild(projection, check)]
        if wrong:
            raise CommandError(f"A rebuild would change: {', '.join(wrong)}. Run `manage.py rebuild` without --check.")
        done = "Equal to their rebuild" if check else "Rebuilt"
        self.stdout.write(f"{done}: {', '.join(projection.name for projection in chosen)}.")

    def _rebuild(self, projection: Projection, check: bool) -> list[str]:
        # A projection of some kinds, or of another process's topic, has no total: the bar counts up.
        countable = projection.kinds is None and streams.is_hosted(projection.topic)
        total = streams.of(projection.topic).count() if countable else None
        with tqdm(total=total, desc=projection.name, unit=" events", unit_scale=True) as bar:
            if check:
                return rebuild.differences(projection, bar.update)
            rebuild.rebuild(projection, bar.update)
        return []


def _catch_up(projections: Iterable[Projection]) -> None:
    try:
        for projection in projections:
            progress.catch_up_with_now(projection)
    except (checkpoints.PartitionsChanged, UnknownEvent, errors.Unavailable) as error:
        raise CommandError(str(error)) from error
