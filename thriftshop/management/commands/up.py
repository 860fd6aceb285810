"""`manage.py up`, for `make run`: migrates, loads the demo shop if it is missing, prints the addresses, and serves."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from thriftshop import contexts
from thriftshop.processes import server


class Command(BaseCommand):
    """Starts the shop on this machine."""

    help = "Migrates, loads the demo shop if it is missing, prints the addresses, and serves the shop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address, and whether to load the demo shop."""
        parser.add_argument("--host", default=settings.HOST, help="HOST: the address to serve on (now: %(default)s)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="PORT (now: %(default)s)")
        parser.add_argument("--no-demo", action="store_true", help="leave the shop empty")

    def handle(self, *_: Any, host: str, port: int, no_demo: bool, **__: Any) -> None:
        """Prepare, then replace this process with the server."""
        try:
            server.check_free(host, port)  # before the demo shop is loaded, which takes minutes
        except server.PortInUse as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        loader = None if no_demo else contexts.loader()
        loaded = loader is not None and loader.label in settings.DRIVERS
        if loader and loaded:
            call_command(loader.startup_command)
        Console().print(address_table(f"http://{host}:{port}", settings.DEMO_ACCOUNTS if loaded else []))
        # The server replaces this process, so that Ctrl-C reaches it alone and the memory used for loading is freed.
        address = {"HOST": host, "PORT": str(port)}
        os.execve(sys.executable, [sys.executable, sys.argv[0], "serve"], {**os.environ, **address})  # noqa: S606 - our own


def address_table(address: str, accounts: Sequence[Mapping[str, str]]) -> Table:
    """The table of addresses and, in development, of accounts."""
    table = Table(title="Thrift Shop is up (Ctrl-C stops it)", show_header=False, title_style="bold")
    for name, path in (("Start here", "/"), ("GraphQL", "/graphql"), ("Admin", "/admin/"), ("Ready?", "/readyz")):
        table.add_row(name, address + path)
    if settings.DEBUG:
        table.add_row("E-mails sent", str(settings.EMAIL_FILE_PATH))
    for account in accounts if settings.DEBUG else []:
        table.add_row(account["who"], f"{account['email']}  {account['password']}")
    return table
