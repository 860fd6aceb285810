"""`manage.py up`: everything `make run` does: migrate, load the demo shop where there is none, say what is where, serve."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table


class Command(BaseCommand):
    """Brings the shop up on this machine."""

    help = "Migrates, loads the demo shop where there is none, prints what is where, and serves the shop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to serve, and what to leave out."""
        parser.add_argument("--host", default="127.0.0.1", help="the address to serve on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port to serve on (default: %(default)s)")
        parser.add_argument("--no-demo", action="store_true", help="leave the shop empty")

    def handle(self, *_: Any, host: str, port: int, no_demo: bool, **__: Any) -> None:
        """Prepares, then becomes the server."""
        call_command("migrate", verbosity=0)
        if not no_demo and "demo" in get_commands():
            call_command("demo")
        address = f"http://{host}:{port}"
        Console().print(whats_where(address))
        server = ["granian", "--interface", "asgi", "--host", host, "--port", str(port), "--no-access-log"]
        # The server replaces this process, so that Ctrl-C reaches it and nothing else.
        program = os.path.join(os.path.dirname(sys.executable), server[0])
        os.execv(program, [*server, "--log-level", "warning", settings.ASGI_PATH])  # noqa: S606 - no shell, our own words


def whats_where(address: str) -> Table:
    """The table that tells a newcomer where to look and how to get in."""
    table = Table(title="Thrift Shop is up (Ctrl-C ends it)", show_header=False, title_style="bold")
    for name, where in (("Start here", "/"), ("GraphQL", "/graphql"), ("Admin", "/admin/"), ("Ready?", "/readyz")):
        table.add_row(name, address + where)
    if settings.DEBUG:
        table.add_row("E-mails sent", str(settings.EMAIL_FILE_PATH))
    for account in settings.DEMO_ACCOUNTS if settings.DEBUG else []:
        table.add_row(account["who"], f"{account['email']}  {account['password']}")
    return table
