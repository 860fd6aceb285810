"""`manage.py token`: a header with which a service says who it is, for trying calls with curl."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop import contexts, identity
from thriftshop.rpc import metadata


class Command(BaseCommand):
    """States a caller."""

    help = (
        "Prints the header that names the caller to a service, good for a minute: "
        'curl -H "$(manage.py token --caller trade --audience catalog)" ...'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who calls whom."""
        parser.add_argument("--caller", required=True, help="the service or actor that calls")
        parser.add_argument("--audience", required=True, help="the context that is called")

    def handle(self, *_: Any, caller: str, audience: str, **__: Any) -> None:
        """Prints the header and nothing else."""
        for name, known in ((caller, contexts.known_callers()), (audience, settings.ALL_CONTEXTS)):
            if name not in known:
                raise CommandError(f"There is no {name!r}; choose among: {', '.join(known)}.")
        self.stdout.write(f"{metadata.CALLER}: {identity.state_caller(caller, audience)}")
