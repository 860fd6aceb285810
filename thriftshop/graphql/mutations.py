"""Mutations derived from a contract's methods: a method's refusals are members of the result's union."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import graphene

from thriftshop.graphql import comments, derive
from thriftshop.graphql.requests import Context
from thriftshop.rpc import reflection

Resolve = Callable[[Context, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Success:
    """The result of a successful mutation: the name of its type, and its fields."""

    kind: str
    values: Mapping[str, Any]


def mutation(
    types: derive.Types,
    name: str,
    method: tuple[type, str],
    resolve: Resolve,
    *,
    success: Mapping[str, Any],
    arguments: Mapping[str, Any] | None = None,
    also: tuple[type[Exception], ...] = (),
    description: str = "",
) -> Any:
    """A mutation field: `input: <Name>Input!` to `union <Name>Result = <Name>Success | <each refusal>`.

    Refusals and, by default, the description are those of the contract's method; `also` adds refusals of the gateway
    itself. There must be at least one, so that clients can select `... on Refusal` on every result.
    """
    contract, method_name = method
    field_name = f"{name[0].lower()}{name[1:]}"
    refusals = (*reflection.methods(contract)[method_name].refusals, *also)
    if not refusals:
        raise ValueError(f"{name} has no refusals: add one, because clients select `... on Refusal` on every result.")
    members = (_success(name, field_name, success), *(types.of(refusal) for refusal in refusals))
    result = derive.make(
        graphene.Union, f"{name}Result", f"The result of `{field_name}`: success or a refusal.", {}, types=members
    )
    return graphene.Field(
        result,
        description=description or comments.about(contract, method_name),
        args=_input(name, field_name, arguments) if arguments else {},
        resolver=_resolver(name, refusals, resolve),
    )


def _input(name: str, field_name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    about = f"The input of `{field_name}`."
    input_type = derive.make(graphene.InputObjectType, f"{name}Input", about, arguments)
    return {"input": graphene.Argument(input_type, required=True, description=about)}


def _success(name: str, field_name: str, fields: Mapping[str, Any]) -> Any:
    own_fields = dict(fields)
    for field in fields:
        own_fields.setdefault(f"resolve_{field}", _value(field))
    return derive.make(graphene.ObjectType, f"{name}Success", f"A successful `{field_name}`.", own_fields)


def _value(field: str) -> Callable[[Success, Any], Any]:
    return lambda done, _info: done.values[field]


def _resolver(name: str, refusals: tuple[type[Exception], ...], resolve: Resolve) -> Any:
    async def run(_root: Any, info: Any, input: Mapping[str, Any] | None = None) -> Any:
        # The mutation may change what was loaded before.
        info.context.loaders.clear()
        try:
            return Success(f"{name}Success", await resolve(info.context, input or {}))
        except refusals as refusal:
            return derive.Refused(refusal)
        finally:
            info.context.loaders.clear()

    return run


def type_name(value: Any, *_: Any) -> str:
    """The name of the object type of a value of a union or an interface."""
    if isinstance(value, derive.Refused):
        return type(value.why).__name__
    return value.kind if isinstance(value, Success) else type(value).__name__
