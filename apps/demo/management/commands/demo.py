"""`manage.py demo`: loads the demo shop through the shop's own contracts, once."""

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
from thriftshop import migrating

MEASURED = "--products counts the shop's own things too; a thousand at the least, a million at the most."


class Command(BaseCommand):
    """Loads the demo shop."""

    help = (
        "Loads the demo shop: some 450 second-hand things with pictures and prices that changed, 60 customers, and seven\n"
        "months of orders that lead up to now, each at its own date. Everything is done through the contracts of the\n"
        "contexts, as the shop itself does it. A second run does nothing; an interrupted one is gone on with.\n\n"
        "  manage.py demo                      the shop\n"
        "  manage.py demo --products 100000    the shop, and as many more products as make 100,000 (for measuring)\n"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many products, and how much is said."""
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument(
            "--products",
            type=int,
            metavar="N",
            help="make it a shop of N products in all, put together from words, with prices and stock",
        )
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *_: Any, products: int | None, quiet: bool, **__: Any) -> None:
        """Loads what is not loaded yet."""
        if migrating.missing():
            raise CommandError("The database has yet to be made: run `manage.py migrate` first.")
        content = reading.content()
        if products is not None and not 1000 <= products <= 1_000_000:
            raise CommandError(f"{products:,} products: {MEASURED}")
        self._guarded(lambda: self._load_shop(content, quiet))
        if products:
            self._guarded(lambda: self._load_stock(content, products - len(content.things), quiet))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            with _without_post():
                work()
        except loading.Halted as error:
            raise CommandError(f"{error} Start again to go on from there.") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Start again to go on.") from None

    def _load_shop(self, content: reading.Content, quiet: bool) -> None:
        record = Loading.begun("shop")
        if record.finished_at:
            self.stdout.write(f"The demo shop is there since {record.finished_at:%Y-%m-%d %H:%M}; nothing to do.")
            return
        total = sum(len(day) for day in loading.days(content, record.now))
        began = time.monotonic()
        with tqdm(total=total, initial=record.done, desc="Demo shop", unit=" steps", disable=quiet or None) as bar:
            loading.load(content, record, bar.update)
        self.stdout.write(
            f"The demo shop is open: {len(content.things)} things, {len(content.people)} customers,"
            f" {len(record.orders)} orders ({time.monotonic() - began:.0f} s)."
        )

    def _load_stock(self, content: reading.Content, products: int, quiet: bool) -> None:
        record = Loading.begun("stock")
        if record.done >= products:
            self.stdout.write(f"There are {record.done + len(content.things):,} products already; nothing to do.")
            return
        began, before = time.monotonic(), record.done
        with tqdm(
            total=products, initial=before, desc="Products", unit="", unit_scale=True, disable=quiet or None
        ) as bar:
            stocking.stock_up(content, record, products, bar.update)
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{record.done + len(content.things):,} products: {record.done - before:,} more in {seconds:.0f} s,"
            f" {(record.done - before) / seconds:,.0f} a second."
        )


@contextmanager
def _without_post() -> Iterator[None]:
    """Nobody is written to about the demo: what it does is no news, and nobody lives at its addresses."""
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = usual
