"""`manage.py demo`: loads the demo shop through the shop's contracts, once."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from apps.demo import loading, reading, stocking
from apps.demo.models import Loading
from thriftshop.database import migrating

PRODUCTS_RANGE = "--products must be between 1,000 and 1,000,000; it includes the shop's own products."


class Command(BaseCommand):
    """Loads the demo shop."""

    help = (
        "Loads the demo shop: some 450 second-hand products with pictures and price changes, 60 customers, and seven\n"
        "months of orders up to now, each at its own date. Everything is done through the contracts of the\n"
        "contexts. A second run does nothing; an interrupted run is resumed.\n\n"
        "  manage.py demo                      load the shop\n"
        "  manage.py demo --products 100000    also generate products, up to 100,000 (for benchmarks)\n"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument(
            "--products",
            type=int,
            metavar="N",
            help="generate products with prices and stock, up to N in total",
        )
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *_: Any, products: int | None, quiet: bool, **__: Any) -> None:
        """Load the missing data."""
        if migrating.missing():
            raise CommandError("The database is not migrated: run `manage.py migrate` first.")
        content = reading.content()
        if products is not None and not 1000 <= products <= 1_000_000:
            raise CommandError(f"{products:,} products: {PRODUCTS_RANGE}")
        self._guarded(lambda: self._load_shop(content, quiet))
        if products:
            self._guarded(lambda: self._load_stock(content, products - len(content.items), quiet))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            with _without_email():
                work()
        except loading.Halted as error:
            raise CommandError(f"{error} Run the command again to resume.") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Run the command again to resume.") from None

    def _load_shop(self, content: reading.Content, quiet: bool) -> None:
        record = Loading.begun("shop")
        if record.finished_at:
            self.stdout.write(f"The demo shop was loaded on {record.finished_at:%Y-%m-%d %H:%M}; nothing to do.")
            return
        total = sum(len(day) for day in loading.days(content, record.now))
        began = time.monotonic()
        with tqdm(total=total, initial=record.done, desc="Demo shop", unit=" steps", disable=quiet or None) as bar:
            loading.load(content, record, bar.update)
        self.stdout.write(
            f"The demo shop is loaded: {len(content.items)} products, {len(content.people)} customers,"
            f" {len(record.orders)} orders ({time.monotonic() - began:.0f} s)."
        )

    def _load_stock(self, content: reading.Content, products: int, quiet: bool) -> None:
        record = Loading.begun("stock")
        if record.done >= products:
            self.stdout.write(f"There are {record.done + len(content.items):,} products already; nothing to do.")
            return
        began, before = time.monotonic(), record.done
        with tqdm(
            total=products, initial=before, desc="Products", unit="", unit_scale=True, disable=quiet or None
        ) as bar:
            stocking.stock_up(content, record, products, bar.update)
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{record.done + len(content.items):,} products: {record.done - before:,} added in {seconds:.0f} s,"
            f" {(record.done - before) / seconds:,.0f} per second."
        )


@contextmanager
def _without_email() -> Iterator[None]:
    """Send no e-mails: the demo's events are in the past, and its addresses do not exist."""
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = usual
