"""Ends sessions whose time is over, and deletes what is no longer of use; to be run now and then."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.sessions.service import attempts, open_sessions
from thriftshop import call_context, clock


class Command(BaseCommand):
    """`manage.py sweep_sessions`."""

    help = "End sessions whose time is over; delete sessions that ended long ago and tries that no longer count."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long ended sessions are kept."""
        parser.add_argument("--keep-days", type=int, default=30, help="keep ended sessions so long (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweeps, and says what went."""
        before = clock.now() - timedelta(days=options["keep_days"]) // timedelta(milliseconds=1)
        with call_context.using(caller="sessions"):
            ended = open_sessions.sweep()
            deleted = open_sessions.delete_ended(before)
            forgotten = attempts.sweep()
        self.stdout.write(
            f"{ended} sessions expired, {deleted} old ones deleted, {forgotten} counts of tries forgotten."
        )
