"""Mutations that follow a contract's methods: what a method may refuse is what the result's union may be."""

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
    """What a mutation gives when it did what was asked: its type's name, and its fields."""

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

    Refusals and, unless it is given, the description are those of the contract's method; `also` names refusals of
    the gateway's own. There must be one at least, so that clients may ask every result for `... on Refusal`.
    """
    contract, method_name = method
    said = description or comments.about(contract, method_name)
    mine = f"{name[0].lower()}{name[1:]}"
    refusals = (*reflection.methods(contract)[method_name].refusals, *also)
    if not refusals:
        raise ValueError(f"{name} can never be refused: give it a refusal, for clients ask every result for one.")
    members = (_success(name, mine, success), *(types.of(one) for one in refusals))
    result = derive.make(
        graphene.Union, f"{name}Result", f"What became of `{mine}`: it is done, or why it is not.", {}, types=members
    )
    if arguments:
        given = derive.make(graphene.InputObjectType, f"{name}Input", f"What `{mine}` needs.", arguments)
        taken = {"input": graphene.Argument(given, required=True, description=f"What `{mine}` needs.")}
    else:
        taken = {}
    return graphene.Field(result, description=said, args=taken, resolver=_resolver(name, refusals, resolve))


def _success(name: str, mine: str, fields: Mapping[str, Any]) -> Any:
    own = dict(fields)
    for field in fields:
        own.setdefault(f"resolve_{field}", _value(field))
    return derive.make(graphene.ObjectType, f"{name}Success", f"What `{mine}` gives when it is done.", own)


def _value(field: str) -> Callable[[Success, Any], Any]:
    return lambda done, _info: done.values[field]


def _resolver(name: str, refusals: tuple[type[Exception], ...], resolve: Resolve) -> Any:
    async def run(_root: Any, info: Any, input: Mapping[str, Any] | None = None) -> Any:
        # What was loaded before may not be so after.
        info.context.loaders.clear()
        try:
            return Success(f"{name}Success", await resolve(info.context, input or {}))
        except refusals as refusal:
            return derive.Refused(refusal)
        finally:
            info.context.loaders.clear()

    return run


def type_name(value: Any, *_: Any) -> str:
    """The name of the object type that a value of a union or an interface has."""
    if isinstance(value, derive.Refused):
        return type(value.why).__name__
    return value.kind if isinstance(value, Success) else type(value).__name__
