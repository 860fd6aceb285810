"""Releases expired reservations; meant to be run every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.inventory.service import reservations


class Command(BaseCommand):
    """`manage.py sweep_reservations`."""

    help = "Releases expired reservations. Meant to be run every minute."

    def handle(self, **options: Any) -> None:
        """Sweep once and print the number of released reservations."""
        self.stdout.write(f"{reservations.sweep()} expired reservations were released.")
