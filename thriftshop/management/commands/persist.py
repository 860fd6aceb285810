"""`manage.py persist`: writes the manifest of trusted documents from a client's files."""

import argparse
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop.graphql import endpoint, manifests, persisting

INVALID, UNUSABLE = 1, 2
# How many operations are checked between two lines of progress.
STEP = 250
EXAMPLES = """\
Examples:
  manage.py persist ../storefront/src                       operations of .graphql files and gql templates
  manage.py persist ../storefront/src --typenames           ... as Apollo Client sends them
  manage.py persist persisted-documents.json                what Relay's or another compiler wrote, with its ids
  manage.py persist ../storefront/src --check               in CI: is the manifest up to date?

Exit codes: 0 success, 1 an operation is invalid or the manifest is out of date, 2 nothing could be read.
The setting GRAPHQL_DOCUMENTS names the manifest; GRAPHQL_TRUSTED_ONLY refuses all other documents. docs/graphql.md has more.
"""


class Command(BaseCommand):
    """Writes the manifest of trusted documents."""

    help = "Writes a manifest of trusted documents from a client's files, after checking each operation against the schema."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        """Keep the line breaks of the examples."""
        options |= {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": EXAMPLES}
        return super().create_parser(prog_name, subcommand, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, and where to write."""
        parser.add_argument("paths", nargs="+", type=Path, help="files, folders or manifests")
        default = Path("persisted-query-manifest.json")
        parser.add_argument("--output", type=Path, default=default, help=f"the manifest to write (default: {default})")
        parser.add_argument(
            "--typenames", action="store_true", help="add __typename to selections, as Apollo Client does"
        )
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the manifest is out of date")

    def handle(self, *_: Any, paths: list[Path], output: Path, typenames: bool, check: bool, **__: Any) -> None:
        """Read, check and write. Raises CommandError with the exit code."""
        if not settings.GRAPHQL_GATEWAY:
            raise CommandError("This process hosts no gateway: add `gateway` to CONTEXTS.", returncode=UNUSABLE)
        operations = self._operations(paths, typenames)
        text = manifests.text_of(operations)
        count = f"{len(operations):,} operation{'s' * (len(operations) != 1)}"
        if check:
            if not output.is_file() or output.read_text("utf-8") != text:
                raise CommandError(f"{output} is out of date: run this command without --check.", returncode=INVALID)
            self.stdout.write(f"{output} is up to date: {count}.")
            return
        try:
            output.write_text(text, "utf-8")
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.", returncode=UNUSABLE) from None
        self.stdout.write(f"{output} was written: {count}.")

    def _operations(self, paths: list[Path], typenames: bool) -> list[manifests.Persisted]:
        for path in paths:
            if not path.exists():
                raise CommandError(f"There is no file or folder {path}.", returncode=UNUSABLE)
        collected = persisting.collect(paths)
        schema = endpoint.gateway().engine.schema
        operations = persisting.operations(schema, collected, typenames, self._progress)
        for name in persisting.unused(collected):
            self.stderr.write(f"warning: no operation uses the fragment {name!r}.")
        if collected.problems:
            for problem in collected.problems:
                self.stderr.write(problem)
            count = len(collected.problems)
            raise CommandError(f"{count} problem{'s' * (count > 1)}; nothing was written.", returncode=INVALID)
        if not operations:
            raise CommandError("No operation was found in these files.", returncode=UNUSABLE)
        return operations

    def _progress(self, number: int) -> None:
        if number % STEP == 0:
            self.stderr.write(f"checked {number:,} operations")
