"""Ends expired sessions and deletes old ones; meant to be run every hour."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.sessions.service import attempts, open_sessions
from thriftshop import call_context, clock


class Command(BaseCommand):
    """`manage.py sweep_sessions`."""

    help = "Ends expired sessions; deletes sessions that ended long ago and counts of login attempts that have expired."

    def add_arguments(self, parser: CommandParser) -> None:
        """The number of days that ended sessions are kept."""
        parser.add_argument("--keep-days", type=int, default=30, help="days to keep ended sessions (default: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once and print the numbers."""
        before = clock.now() - timedelta(days=options["keep_days"]) // timedelta(milliseconds=1)
        with call_context.using(caller="sessions"):
            ended = open_sessions.sweep()
            deleted = open_sessions.delete_ended(before)
            expired_counts = attempts.sweep()
        self.stdout.write(
            f"{ended} expired sessions were ended; {deleted} old sessions and {expired_counts} counts of attempts were deleted."
        )
