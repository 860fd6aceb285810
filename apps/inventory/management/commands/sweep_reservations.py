"""Releases the reservations that have run out; meant to be run every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.inventory.service import reservations


class Command(BaseCommand):
    """`manage.py sweep_reservations`."""

    help = "Releases the reservations that have run out. Meant to be run every minute."

    def handle(self, **options: Any) -> None:
        """Sweeps once and says how many were released."""
        self.stdout.write(f"{reservations.sweep()} reservations had run out and were released.")
