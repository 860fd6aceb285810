"""Every small change that can be made to a contract, one at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from thriftshop.contracts import model

TYPES = (model.Type("i64"), model.Type("string"), model.Type("binary"), model.Type("list", (model.Type("bool"),)))
Rebuild = Callable[[Any], model.Contract]


@dataclass(frozen=True)
class Mutation:
    """A contract with one thing changed, and what that was."""

    description: str
    contract: model.Contract


def of(contract: model.Contract) -> Iterator[Mutation]:
    """All mutations of a contract."""
    for index, one in enumerate(contract.declarations):

        def rebuilt(new: Any, at: int = index) -> model.Contract:
            return replace(contract, declarations=_with(contract.declarations, at, new))

        named = f"{contract.name}.{one.name}"
        yield Mutation(f"{named} removed", rebuilt(None))
        yield Mutation(f"{named} renamed", rebuilt(replace(one, name=f"{one.name}Too")))
        yield from _inside(named, one, rebuilt)


def _inside(named: str, one: model.Declared, rebuilt: Rebuild) -> Iterator[Mutation]:
    if isinstance(one, model.Struct):
        yield from _kinds(named, one, rebuilt)
        yield from _fields(named, one.fields, lambda fields: rebuilt(replace(one, fields=fields)))
    elif isinstance(one, model.Enum):
        yield from _values(named, one, rebuilt)
    elif isinstance(one, model.Typedef):
        yield from (Mutation(f"{named} is {kind}", rebuilt(replace(one, type=kind))) for kind in TYPES)
    elif isinstance(one, model.Service):
        yield Mutation(f"{named} has another method", rebuilt(replace(one, methods=(*one.methods, _method()))))
        for at, method in enumerate(one.methods):

            def with_method(new: model.Method | None, at: int = at) -> model.Contract:
                return rebuilt(replace(one, methods=_with(one.methods, at, new)))

            yield from _methods(f"{named}.{method.name}", method, with_method)


def _kinds(named: str, one: model.Struct, rebuilt: Rebuild) -> Iterator[Mutation]:
    for kind in {"struct", "union", "exception"} - {one.kind}:
        yield Mutation(f"{named} is {kind}", rebuilt(replace(one, kind=kind)))


def _methods(named: str, method: model.Method, rebuilt: Rebuild) -> Iterator[Mutation]:
    yield Mutation(f"{named} removed", rebuilt(None))
    yield Mutation(f"{named} renamed", rebuilt(replace(method, name=f"{method.name}_too")))
    for kind in (*TYPES, model.Type("void")):
        yield Mutation(f"{named} answers {kind}", rebuilt(replace(method, result=kind)))
    if method.result.name == "void" and not method.throws:
        yield Mutation(f"{named} oneway", rebuilt(replace(method, oneway=not method.oneway)))
    yield Mutation(f"{named} for nobody", rebuilt(replace(method, annotations={})))
    yield from _fields(f"{named}()", method.arguments, lambda new: rebuilt(replace(method, arguments=new)))
    for at, refusal in enumerate(method.throws):
        for description, new in _one(refusal, typed=False):
            throws = _with(method.throws, at, new)
            yield Mutation(f"{named} throws {refusal.name} {description}", rebuilt(replace(method, throws=throws)))


def _fields(named: str, fields: tuple[model.Field, ...], rebuilt: Rebuild) -> Iterator[Mutation]:
    free = max([field.id for field in fields], default=0) + 1
    for requiredness in ("required", "optional", "default"):
        added = _field(free, requiredness)
        yield Mutation(f"{named} has another, {requiredness}", rebuilt((*fields, added)))
    for at, one in enumerate(fields):
        for description, new in _one(one):
            yield Mutation(f"{named}.{one.name} {description}", rebuilt(_with(fields, at, new)))
        if at:
            before, here = fields[at - 1], one
            swapped = _with(_with(fields, at - 1, replace(before, name=here.name)), at, replace(here, name=before.name))
            yield Mutation(f"{named}.{one.name} swapped", rebuilt(swapped))


def _one(field: model.Field, typed: bool = True) -> Iterator[tuple[str, model.Field | None]]:
    yield "removed", None
    yield "renamed", replace(field, name=f"{field.name}_too")
    yield "renumbered", replace(field, id=field.id + 100)
    for requiredness in {"required", "optional", "default"} - {field.requiredness}:
        yield requiredness, replace(field, requiredness=requiredness)
    if not typed:
        return
    for kind in TYPES:
        if kind != field.type:
            yield f"is {kind}", replace(field, type=kind, default=None)
            yield f"is {kind} and renamed", replace(field, type=kind, default=None, name=f"{field.name}_too")
    yield "in a list", replace(field, type=model.Type("list", (field.type,)), default=None)
    if field.type.name in ("i32", "i64"):
        yield "default", replace(field, default=7)


def _values(named: str, enum: model.Enum, rebuilt: Rebuild) -> Iterator[Mutation]:
    values = enum.values
    free = max(value.value for value in values) + 1
    another = model.EnumValue("ANOTHER", "", {}, 1, free)
    yield Mutation(f"{named} has another", rebuilt(replace(enum, values=(*values, another))))
    for at, one in enumerate(values):
        for description, new in (
            ("removed", None),
            ("renamed", replace(one, name=f"{one.name}_TOO")),
            ("renumbered", replace(one, value=one.value + 100)),
        ):
            yield Mutation(f"{named}.{one.name} {description}", rebuilt(replace(enum, values=_with(values, at, new))))


def _with(items: Sequence[Any], at: int, new: Any) -> tuple[Any, ...]:
    """The items with another one there, or none."""
    return (*items[:at], *(() if new is None else (new,)), *items[at + 1 :])


def _field(number: int, requiredness: str) -> model.Field:
    return model.Field("another", "", {}, 1, number, model.Type("i32"), requiredness, None, True)


def _method() -> model.Method:
    return model.Method("another", "", {}, 1, model.Type("void"), (), (), False)
