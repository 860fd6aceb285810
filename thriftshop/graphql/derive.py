"""Graphene types derived from Thrift structs: fields, descriptions, enums and refusals come from the contract."""

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import graphene
from thriftpy2.thrift import TType

from thriftshop.graphql import comments, errors, global_ids, scalars
from thriftshop.graphql.compiler import markers

S = TypeVar("S")
Fields = Mapping[str, Any]

PLAIN = {
    TType.BOOL: graphene.Boolean,
    TType.BYTE: graphene.Int,
    TType.I16: graphene.Int,
    TType.I32: graphene.Int,
    TType.I64: scalars.Long,
    TType.DOUBLE: graphene.Float,
    TType.STRING: graphene.String,
}


def make(base: type, name: str, description: str, fields: Fields, **meta: Any) -> Any:
    """Create a graphene class with this name and these fields."""
    for value in fields.values():
        if hasattr(value, "reset_counter"):
            value.reset_counter()  # graphene sorts fields by creation: keep the order of `fields`
    options = type("Meta", (), {"name": name, "description": description, **meta})
    return type(name, (base,), {**fields, "Meta": options})


node: Any = make(
    graphene.Interface,
    "Node",
    "An object with a global id, by which it can be fetched.",
    {"id": graphene.ID(required=True, description="Opaque; unique across all types.")},
    resolve_type=lambda value, _info: type(value).__name__,
)
refusal: Any = make(
    graphene.Interface,
    "Refusal",
    "The reason why a mutation was refused. Nothing was changed.",
    {
        "message": graphene.String(required=True, description="A message for people: what is wrong and what to do."),
        "code": graphene.String(
            required=True, description='A stable code for programs, derived from the type\'s name: "NOT_FOUND".'
        ),
    },
    resolve_type=lambda value, _info: type(value.why).__name__,
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Wraps a refusal, because the executor raises exceptions that are returned as values."""

    why: Exception


@dataclass(slots=True)
class Types:
    """The types derived so far, by struct or enum; referenced types are derived when they are needed."""

    outputs: dict[type, Any] = field(default_factory=dict)
    inputs: dict[type, Any] = field(default_factory=dict)
    enums: dict[type, Any] = field(default_factory=dict)

    def enum(self, declared: Any) -> Any:
        """The enum type for a Thrift enum."""
        if declared not in self.enums:
            members = list(declared._NAMES_TO_VALUES.items())
            python = enum.Enum(declared.__name__, members)  # type: ignore[misc]

            def describe(value: Any) -> str:
                return comments.about(declared, value.name if value else "")

            self.enums[declared] = graphene.Enum.from_enum(python, description=describe)
        return self.enums[declared]

    def of(self, struct: type) -> Any:
        """The object type for a struct: as declared by `object` or `refusal`, or else with all its fields."""
        declare = self.refusal if issubclass(struct, Exception) else self.object
        return self.outputs.get(struct) or declare(struct)

    def object(
        self,
        struct: type,
        *,
        key: Callable[[Any], str] | None = None,
        leave_out: Collection[str] = (),
        fields: Fields | None = None,
    ) -> Any:
        """Declare the object type for a struct. `key` returns the key of its global id, if it is a node.

        `fields` adds fields or replaces those with the same name.
        """
        own_fields = self._fields(struct, leave_out)
        if key is not None:
            own_fields["id"] = graphene.ID(required=True, description="Opaque; unique across all types.")
            own_fields["resolve_id"] = markers.pure(lambda value, _info: global_ids.encode(struct.__name__, key(value)))
        interfaces = (node,) if key is not None else ()
        type_ = make(
            graphene.ObjectType,
            struct.__name__,
            comments.about(struct),
            own_fields | dict(fields or {}),
            interfaces=interfaces,
        )
        self.outputs[struct] = type_
        return type_

    def refusal(self, struct: type, *, leave_out: Collection[str] = (), fields: Fields | None = None) -> Any:
        """Declare the object type for a Thrift exception, with its data; its values are `Refused`."""
        own_fields = self._fields(struct, {"message", *leave_out})
        resolvers = {f"resolve_{name}": _from_refusal(name) for name in (*own_fields, "message")}
        resolvers["resolve_code"] = lambda value, _info: errors.code_of(value.why)
        type_ = make(
            graphene.ObjectType,
            struct.__name__,
            comments.about(struct),
            own_fields | resolvers | dict(fields or {}),
            interfaces=(refusal,),
        )
        self.outputs[struct] = type_
        return type_

    def input(
        self, struct: type, *, name: str = "", leave_out: Collection[str] = (), fields: Fields | None = None
    ) -> Any:
        """Declare the input type for a struct: `MoneyInput` for Money."""
        own_fields = self._fields(struct, leave_out, inward=True)
        title = name or struct.__name__.removesuffix("Input") + "Input"
        self.inputs[struct] = make(
            graphene.InputObjectType, title, comments.about(struct), own_fields | dict(fields or {})
        )
        return self.inputs[struct]

    def input_of(self, struct: type) -> Any:
        """The input type for a struct: as declared by `input`, or else with all its fields."""
        return self.inputs.get(struct) or self.input(struct)

    def chosen(self, struct: Any, *names: str, leave_out: Collection[str] = ()) -> dict[str, Any]:
        """The named input fields of a struct, or all of them, for an input that has only some of its fields."""
        every = self._fields(struct, leave_out, inward=True)
        return {name: every[name] for name in names or every}

    def _fields(self, struct: Any, leave_out: Collection[str], *, inward: bool = False) -> dict[str, Any]:
        defaults = dict(struct.default_spec)
        fields = {}
        for spec in struct.thrift_spec.values():
            name, must = spec[1], spec[-1]
            if name in leave_out:
                continue
            kind = self._member(struct, name, spec[0], spec[2] if len(spec) == 4 else None, inward)
            described = comments.about(struct, name)
            if inward:
                must = must and defaults.get(name) is None
                fields[name] = graphene.InputField(kind, required=must, description=described)
            else:
                fields[name] = graphene.Field(kind, required=must, description=described)
        return fields

    def _member(self, struct: type, name: str, ttype: int, detail: Any, inward: bool) -> Any:
        """A field's type. Moments are recognised by their type in the IDL, ids by their name."""
        if ttype == TType.I64 and comments.written_type(struct, name).endswith("Moment"):
            return scalars.DateTime
        if ttype == TType.STRING and (name == "id" or name.endswith("_id")):
            return graphene.ID
        return self._kind(ttype, detail, inward)

    def _kind(self, ttype: int, detail: Any, inward: bool) -> Any:
        if ttype == TType.STRUCT:
            return lambda: self.input_of(detail) if inward else self.of(detail)
        if ttype in (TType.LIST, TType.SET):
            item = detail if isinstance(detail, tuple) else (detail, None)
            return graphene.List(graphene.NonNull(self._kind(item[0], item[1], inward)))
        if ttype == TType.MAP:
            return graphene.List(graphene.NonNull(entry_input if inward else entry))
        return self.enum(detail) if detail is not None else PLAIN[ttype]


def _from_refusal(name: str) -> Callable[[Refused, Any], Any]:
    return lambda value, _info: getattr(value.why, name)


ENTRY = {"key": "The name.", "value": "The value."}
entry: Any = make(
    graphene.ObjectType,
    "Entry",
    "A named value.",
    {key: graphene.String(required=True, description=text) for key, text in ENTRY.items()},
)
entry_input: Any = make(
    graphene.InputObjectType,
    "EntryInput",
    "A named value to set.",
    {key: graphene.String(required=True, description=text) for key, text in ENTRY.items()},
)


def entries(mapping: Mapping[str, str]) -> list[dict[str, str]]:
    """A map as a list of entries, sorted by key."""
    return [{"key": key, "value": value} for key, value in sorted(mapping.items())]


def to_struct(struct: type[S], value: Mapping[str, Any]) -> S:
    """Convert an input value to its struct; absent and null values stay absent."""
    values = {}
    for spec in struct.thrift_spec.values():  # type: ignore[attr-defined]
        member = value.get(spec[1])
        if member is not None:
            values[spec[1]] = _inward(spec[0], spec[2] if len(spec) == 4 else None, member)
    return struct(**values)


def _inward(ttype: int, detail: Any, member: Any) -> Any:
    if isinstance(member, enum.Enum):
        return member.value
    if ttype == TType.STRUCT and isinstance(member, Mapping):
        return to_struct(detail, member)
    if ttype in (TType.LIST, TType.SET):
        item = detail if isinstance(detail, tuple) else (detail, None)
        return [_inward(item[0], item[1], element) for element in member]
    if ttype == TType.MAP and not isinstance(member, Mapping):
        return {pair["key"]: pair["value"] for pair in member}
    return member
