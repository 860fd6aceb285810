"""Implementations compared with their contracts: names and parameters here, their types by the type checker."""

import inspect
from typing import Any

from thriftshop.rpc import reflection


class BadImplementation(TypeError):
    """A class does not implement its contract."""


def require(contract: type, implementation: object) -> None:
    """Raise BadImplementation, naming every difference, unless the object implements all methods and nothing else."""
    problems = differences(contract, implementation)
    if problems:
        kind = type(implementation)
        raise BadImplementation(
            f"{kind.__module__}.{kind.__qualname__} does not implement {contract.__name__}: {'; '.join(problems)}."
        )


def differences(contract: type, implementation: object) -> list[str]:
    """Methods that are missing, have other parameters or are not declared in the contract."""
    declared = reflection.methods(contract)
    problems = [
        difference
        for name, method in declared.items()
        if (difference := _difference(name, getattr(implementation, name, None), method.parameters))
    ]
    public = (name for name in vars(type(implementation)) if not name.startswith("_"))
    return problems + [f"{name} is not in the contract" for name in public if name not in declared]


def _difference(name: str, function: Any, parameters: tuple[str, ...]) -> str:
    if not callable(function):
        return f"{name} is missing"
    actual = list(inspect.signature(function).parameters.values())
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in actual):
        return ""
    names = tuple(parameter.name for parameter in actual[: len(parameters)])
    required = [parameter.name for parameter in actual[len(parameters) :] if parameter.default is parameter.empty]
    if names == parameters and not required:
        return ""
    return f"{name} takes ({', '.join([*names, *required])}), the contract ({', '.join(parameters)})"
