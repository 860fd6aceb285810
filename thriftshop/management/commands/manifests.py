"""`manage.py manifests`: writes the Kubernetes manifests that follow from contexts and contracts to k8s/."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Writes the manifests."""

    help = (
        "Writes the Kubernetes manifests of every context, made from its configuration and contract, to k8s/. What"
        " kustomize adds to them (components and overlays) is written by hand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to compare only."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")

    def handle(self, *_: Any, check: bool, **__: Any) -> None:
        """Write or compare."""
        if not settings.MONOLITH:
            raise CommandError("The manifests are those of every context: unset CONTEXTS.")
        try:
            from thriftshop.kubernetes import files
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -r requirements-dev.txt") from error
        try:
            outdated = files.outdated()
        except ValueError as error:
            raise CommandError(str(error)) from error
        if check and outdated:
            names = ", ".join(str(path.relative_to(files.ROOT.parent)) for path in outdated)
            raise CommandError(f"Out of date: {names}. Run `manage.py manifests`.")
        if not check:
            files.write()
        self.stdout.write(f"{len(files.contents())} files, {len(outdated)} changed.")
