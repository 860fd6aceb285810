"""`manage.py dashboards`: writes Grafana's dashboards and Prometheus' rules to observability/."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Writes dashboards and rules."""

    help = "Writes dashboards, recording rules and alerts, made from contexts and contracts, to observability/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to compare only."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")

    def handle(self, *_: Any, check: bool, **__: Any) -> None:
        """Write or compare."""
        if not settings.MONOLITH:
            raise CommandError("The dashboards show every context: unset CONTEXTS.")
        try:
            from thriftshop.dashboards import files
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -r requirements-dev.txt") from error
        outdated = [path for path, text in files.contents().items() if not _is_current(path, text)]
        outdated += files.obsolete()
        if check and outdated:
            raise CommandError(f"Out of date: {', '.join(path.name for path in outdated)}. Run `manage.py dashboards`.")
        if not check:
            files.write()
        self.stdout.write(f"{len(files.contents())} files, {len(outdated)} changed.")


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text
