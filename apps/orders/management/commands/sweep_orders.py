"""`manage.py sweep_orders`: looks after orders that are stuck, as the server's own bus does every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.orders.reactions import sweeping
from thriftshop.events import progress


class Command(BaseCommand):
    """Tries failed steps again whose time has come, and rejects orders that were pending too long."""

    help = "Tries failed steps of orders again whose time has come, and rejects orders that were pending too long."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweeps once, then lets everything that follows happen."""
        count = sweeping.sweep()
        progress.catch_up()
        self.stdout.write(f"Looked after {count} order{'' if count == 1 else 's'}.")
