"""`manage.py up`: everything `make run` does: migrate, load the demo shop where there is none, say what is where, serve."""

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
    """Brings the shop up on this machine."""

    help = "Migrates, loads the demo shop where there is none, prints what is where, and serves the shop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to serve, and what to leave out."""
        parser.add_argument("--host", default=settings.HOST, help="HOST: the address to serve on (now: %(default)s)")
        parser.add_argument("--port", type=int, default=settings.PORT, help="PORT (now: %(default)s)")
        parser.add_argument("--no-demo", action="store_true", help="leave the shop empty")

    def handle(self, *_: Any, host: str, port: int, no_demo: bool, **__: Any) -> None:
        """Prepares, then becomes the server."""
        try:
            server.refuse_taken(host, port)  # before minutes are spent on the demo
        except server.PortTaken as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        loader = None if no_demo else contexts.loader()
        loaded = loader is not None and loader.label in settings.ACTORS
        if loader and loaded:
            call_command(loader.startup_command)
        Console().print(whats_where(f"http://{host}:{port}", settings.DEMO_ACCOUNTS if loaded else []))
        # The server replaces this process, so that Ctrl-C reaches it and nothing else, and nothing of the loading stays.
        where = {"HOST": host, "PORT": str(port)}
        os.execve(sys.executable, [sys.executable, sys.argv[0], "serve"], {**os.environ, **where})  # noqa: S606 - our own


def whats_where(address: str, accounts: Sequence[Mapping[str, str]]) -> Table:
    """The table that tells a newcomer where to look and, in development, how to get in."""
    table = Table(title="Thrift Shop is up (Ctrl-C ends it)", show_header=False, title_style="bold")
    for name, where in (("Start here", "/"), ("GraphQL", "/graphql"), ("Admin", "/admin/"), ("Ready?", "/readyz")):
        table.add_row(name, address + where)
    if settings.DEBUG:
        table.add_row("E-mails sent", str(settings.EMAIL_FILE_PATH))
    for account in accounts if settings.DEBUG else []:
        table.add_row(account["who"], f"{account['email']}  {account['password']}")
    return table
