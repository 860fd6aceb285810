"""Which contexts this process hosts, and the objects that implement their contracts."""

import importlib
from functools import lru_cache
from typing import Any

from django.conf import settings

from thriftshop.rpc import reflection
from thriftshop.rpc.errors import NotHosted

PLATFORM = "platform"


def hosted() -> tuple[str, ...]:
    """The contexts of this process, as the variable CONTEXTS says; all of them where it says nothing."""
    return tuple(settings.CONTEXTS)


@lru_cache(maxsize=64)
def service(contract: type) -> Any:
    """The one object that implements a contract here: `apps.<context>.service.Service`, or `.Legacy` for 2018's.

    The platform's own contract is implemented by every process, in `thriftshop.service`.
    """
    context = reflection.context_of(contract)
    if context == PLATFORM:
        platform: type = importlib.import_module("thriftshop.service").Service
        return platform()
    if context not in hosted():
        raise NotHosted(
            f"{contract.__name__} belongs to the context {context!r}, which this process does not host"
            f" (CONTEXTS={','.join(hosted())}): add it to CONTEXTS."
        )
    module = importlib.import_module(f"apps.{context}.service")
    implementation: type = module.Legacy if reflection.is_legacy(contract) else module.Service
    return implementation()


_draining = False


def drain() -> None:
    """From now on this process refuses calls that come from elsewhere; those under way go on."""
    global _draining
    _draining = True


def is_draining() -> bool:
    """Whether this process refuses calls because it is about to end."""
    return _draining
