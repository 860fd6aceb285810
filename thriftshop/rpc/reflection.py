"""The methods of contracts, with their parameters, refusals and annotations."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from thriftshop.contracts import annotations
from thriftshop.rpc.errors import MalformedCall

DEFAULT_DEADLINE_MS = annotations.DEFAULT_DEADLINE_MS


@dataclass(frozen=True, slots=True)
class Method:
    """A method bound to its Python classes, with its annotations; `contracts.Method` is its declaration."""

    name: str
    service: str  # `CatalogService`
    context: str  # `catalog`
    legacy: bool
    parameters: tuple[str, ...]
    args_type: Any
    result_type: Any
    refusals: tuple[type[Exception], ...]
    callers: frozenset[str]
    idempotent: bool
    deadline_ms: int
    room: int  # how many bytes its arguments may have beyond the general limit (`max_bytes`)

    def __str__(self) -> str:
        return f"{self.service}.{self.name}"

    def allows(self, caller: str) -> bool:
        """Whether this caller may call: `callers` must list it, or `any` for every known caller.

        Clients of 2018 are not identified: with LEGACY_OPEN anybody may call their contracts.
        """
        is_open = self.legacy and settings.LEGACY_OPEN
        return is_open or caller in self.callers or (bool(caller) and "any" in self.callers)


def context_of(contract: type) -> str:
    """The context that a contract belongs to: `catalog` for anything from `idl/catalog.thrift` or its legacy."""
    return contract.__module__.rpartition(".")[2]


def is_legacy(contract: type) -> bool:
    """Whether a contract is one of 2018's."""
    return contract.__module__.startswith("idl.legacy.")


@lru_cache(maxsize=256)
def methods(contract: type) -> Mapping[str, Method]:
    """All methods of a contract by name."""
    names: list[str] = contract.thrift_services  # type: ignore[attr-defined]
    return {name: _method(contract, name) for name in names}


def _method(contract: type, name: str) -> Method:
    args_type = getattr(contract, f"{name}_args")
    result_type = getattr(contract, f"{name}_result")
    declared = getattr(contract, "__thrift_function_annotations__", {}).get(name, {})
    context = context_of(contract)
    return Method(
        name=name,
        service=contract.__name__,
        context=context,
        legacy=is_legacy(contract),
        parameters=tuple(spec[1] for spec in args_type.thrift_spec.values()),
        args_type=args_type,
        result_type=result_type,
        refusals=tuple(spec[2] for number, spec in result_type.thrift_spec.items() if number != 0),
        callers=frozenset(annotations.callers(declared)) | {context},
        idempotent=annotations.is_idempotent(declared),
        deadline_ms=annotations.deadline_ms(declared) or DEFAULT_DEADLINE_MS,
        room=_room(args_type),
    )


def _room(args_type: Any) -> int:
    declared = getattr(args_type, "__thrift_field_annotations__", {})
    return sum(map(annotations.max_bytes, declared.values()))


def bind(method: Method, positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The arguments as the method's argument struct. Raises MalformedCall for too many, repeated or unknown ones."""
    if not named and len(positional) == len(method.parameters):
        return method.args_type(*positional)  # the usual case, and the fastest
    if len(positional) > len(method.parameters):
        raise MalformedCall(f"{method} takes {len(method.parameters)} arguments, not {len(positional)}.")
    values = dict(zip(method.parameters, positional, strict=False))
    for name, value in named.items():
        if name not in method.parameters or name in values:
            raise MalformedCall(f"{method} has no argument {name!r} left; it takes {', '.join(method.parameters)}.")
        values[name] = value
    return method.args_type(**values)
