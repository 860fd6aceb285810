"""Who calls whom, by the contracts: the lists of callers of methods, and of readers of events."""

import importlib
from collections.abc import Iterator
from typing import NamedTuple

import idl
from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.contracts.annotations import ANYBODY
from thriftshop.events import readers
from thriftshop.rpc import hosting, reflection


class Method(NamedTuple):
    """A method that a context answers, and who may call it."""

    service: str
    name: str
    callers: frozenset[str]
    idempotent: bool
    deadline_ms: int

    @property
    def path(self) -> str:
        """The address of its calls."""
        return f"/thrift/{self.service}/{self.name}"


def known() -> frozenset[str]:
    """Every caller: contexts and drivers."""
    return frozenset(contexts.known_callers())


def methods(config: ContextConfig) -> list[Method]:
    """The methods that a context's processes answer: its contract's, the platform's, and those of 2018."""
    return [_resolved(method) for contract in _contracts(config) for method in reflection.methods(contract).values()]


def _contracts(config: ContextConfig) -> Iterator[type]:
    for module in (f"idl.{config.label}", f"idl.legacy.{config.label}", f"idl.{hosting.PLATFORM}"):
        if idl.thrift_file(module) is not None:
            yield from importlib.import_module(module).__thrift_meta__["services"]


def _resolved(method: reflection.Method) -> Method:
    """`any` stands for every context and driver; the platform is no caller."""
    callers = known() if ANYBODY in method.callers else method.callers & known()
    return Method(method.service, method.name, frozenset(callers), method.idempotent, method.deadline_ms)


def callers(config: ContextConfig) -> list[str]:
    """Those that open connections to a context, sorted: the callers of its own methods, and the readers of its events.

    Everybody may call the platform's methods, but only readers of events and `watches_processes` do.
    """
    named = {caller for method in methods(config) if method.service != _platform() for caller in method.callers}
    watching = {other.label for other in contexts.all_contexts() if other.watches_processes}
    return sorted((named | _readers(config) | watching) - {config.label})


def callees(name: str) -> list[str]:
    """The contexts to which a context or driver opens connections, in the order of the settings."""
    return [config.label for config in contexts.all_contexts() if name in callers(config)]


def _readers(config: ContextConfig) -> set[str]:
    return set().union(*readers.of(config.topic).values()) if config.topic else set()


def _platform() -> str:
    (service,) = importlib.import_module(f"idl.{hosting.PLATFORM}").__thrift_meta__["services"]
    return str(service.__name__)
