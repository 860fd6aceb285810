"""Empties the carts that were not used for too long; meant to be run now and then."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.cart.service import following


class Command(BaseCommand):
    """`manage.py sweep_carts`."""

    help = "Empties the carts that were not used for too long."

    def handle(self, **options: Any) -> None:
        """Sweeps once and says how many carts were emptied."""
        self.stdout.write(f"{following.sweep()} carts had lapsed and were emptied.")
