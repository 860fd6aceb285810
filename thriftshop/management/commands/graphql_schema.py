"""`manage.py graphql_schema`: writes the public schema to idl/schema.graphql, or compares it with the file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import idl
from thriftshop.graphql import endpoint, schemas

FILE = Path(idl.ROOT) / "schema.graphql"


class Command(BaseCommand):
    """Writes or compares the public schema."""

    help = "Writes the public GraphQL schema to idl/schema.graphql, which CI compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to write or to compare."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the file is out of date")

    def handle(self, *_: Any, check: bool, **__: Any) -> None:
        """Write or compare."""
        if not settings.GRAPHQL_GATEWAY:
            raise CommandError("This process hosts no gateway: add `gateway` to CONTEXTS.")
        text = schemas.printed(endpoint.gateway().engine.schema)
        if check and (not FILE.exists() or FILE.read_text() != text):
            raise CommandError("idl/schema.graphql is out of date: run `make schema` and review the changes.")
        if not check:
            FILE.write_text(text)
        self.stdout.write(
            f"idl/schema.graphql {'is up to date' if check else 'is written'}: {len(text.splitlines())} lines."
        )
