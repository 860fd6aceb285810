"""`manage.py sweep_orders`: the sweep that the server's processor runs every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.orders.reactions import sweeping
from thriftshop.events import progress


class Command(BaseCommand):
    """Retries failed steps when it is time, and rejects orders that were pending for too long."""

    help = "Retries failed steps of orders when it is time, and rejects orders that were pending for too long."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once, then process the resulting events."""
        count = sweeping.sweep()
        progress.catch_up()
        self.stdout.write(f"Swept {count} order{'' if count == 1 else 's'}.")
