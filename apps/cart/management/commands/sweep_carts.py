"""Empties expired carts; meant to be run regularly."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.cart.service import merging


class Command(BaseCommand):
    """`manage.py sweep_carts`."""

    help = "Empties expired carts."

    def handle(self, **options: Any) -> None:
        """Sweep once and print the number of emptied carts."""
        self.stdout.write(f"{merging.sweep()} expired carts were emptied.")
