"""`manage.py token`: a caller token as a header, for trying calls with curl."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop import contexts, identity
from thriftshop.rpc import metadata


class Command(BaseCommand):
    """Issues a caller token."""

    help = (
        "Prints the header that authenticates a caller to a service, valid for a minute: "
        'curl -H "$(manage.py token --caller trade --audience catalog)" ...'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The caller and the called context."""
        parser.add_argument("--caller", required=True, help="the calling service or driver")
        parser.add_argument("--audience", required=True, help="the context to call")

    def handle(self, *_: Any, caller: str, audience: str, **__: Any) -> None:
        """Print the header and nothing else."""
        for name, choices in ((caller, contexts.known_callers()), (audience, settings.ALL_CONTEXTS)):
            if name not in choices:
                raise CommandError(f"There is no {name!r}; choose among: {', '.join(choices)}.")
        self.stdout.write(f"{metadata.CALLER}: {identity.issue_caller_token(caller, audience)}")
