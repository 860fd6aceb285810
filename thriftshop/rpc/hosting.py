"""Which contexts this process hosts, and the objects that implement their contracts."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

import idl
from thriftshop.rpc import implementations, reflection
from thriftshop.rpc.errors import NotHosted
from thriftshop.rpc.reflection import Method

PLATFORM = "platform"


def hosted() -> tuple[str, ...]:
    """The contexts of this process, from the variable CONTEXTS; all of them by default."""
    return tuple(settings.CONTEXTS)


@lru_cache(maxsize=8)
def methods(contexts: tuple[str, ...]) -> Mapping[str, Mapping[str, tuple[type, Method]]]:
    """The methods of these contexts and of the platform, by the names of service and method, with their contracts.

    Current contracts and those of 2018 with the same name are merged: their methods have different names.
    """
    methods_by_service: dict[str, dict[str, tuple[type, Method]]] = {}
    for contract in contracts(contexts):
        by_name = methods_by_service.setdefault(contract.__name__, {})
        by_name |= {method: (contract, of) for method, of in reflection.methods(contract).items()}
    return methods_by_service


def contracts(contexts: tuple[str, ...]) -> Iterator[type]:
    """The current contracts of these contexts, those of 2018, and the platform's."""
    for name in (PLATFORM, *contexts):
        for module in (f"idl.{name}", f"idl.legacy.{name}"):
            if idl.thrift_file(module) is not None:
                yield from importlib.import_module(module).__thrift_meta__["services"]


@lru_cache(maxsize=64)
def service(contract: type) -> Any:
    """The one object that implements a contract here: `apps.<context>.service.Service`, or `.Legacy` for 2018's.

    Every process implements the platform's own contract, in the module PLATFORM_SERVICE. Raises BadImplementation.
    """
    context = reflection.context_of(contract)
    if context not in (PLATFORM, *hosted()):
        raise NotHosted(
            f"{contract.__name__} belongs to the context {context!r}, which this process does not host"
            f" (CONTEXTS={','.join(hosted())}): add it to CONTEXTS."
        )
    module = importlib.import_module(settings.PLATFORM_SERVICE if context == PLATFORM else f"apps.{context}.service")
    implementation = (module.Legacy if reflection.is_legacy(contract) else module.Service)()
    implementations.require(contract, implementation)
    return implementation


@register
def contracts_are_implemented(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Every contract hosted here has an implementation that fits it."""
    errors: list[CheckMessage] = []
    for contract in contracts(tuple(name for name in hosted() if name in settings.ALL_CONTEXTS)):
        try:
            service(contract)
        except implementations.BadImplementation as problem:
            errors.append(Error(str(problem), hint="Compare the class with its IDL.", id="thriftshop.E_IMPLEMENTATION"))
    return errors


_draining = False


def drain() -> None:
    """Refuse calls from other processes from now on; calls in flight are finished."""
    global _draining
    _draining = True


def is_draining() -> bool:
    """Whether this process refuses calls because it is shutting down."""
    return _draining
