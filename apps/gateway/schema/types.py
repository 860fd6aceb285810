"""The types derived from the contracts, and field definitions shared by all modules of the schema."""

from typing import cast

import graphene

from idl import common
from thriftshop.graphql import comments, derive, errors
from thriftshop.graphql.requests import Info

types = derive.Types()
CURRENCY_DESCRIPTION = (
    'An ISO 4217 code such as "GBP", case-insensitive. '
    "If omitted, the currency of the viewer's setting, or else the shop's default."
)


def required(kind: object, description: str) -> graphene.Field:
    """A non-null field."""
    return graphene.Field(kind, required=True, description=description)


def input_field(kind: object, description: str, *, must: bool = True) -> graphene.InputField:
    """An input field."""
    return graphene.InputField(kind, required=must, description=description)


def ids(description: str) -> graphene.InputField:
    """A list of global ids, in an input."""
    return graphene.InputField(graphene.List(graphene.NonNull(graphene.ID)), description=description)


def message(description: str = "A message for people.") -> dict[str, graphene.Field]:
    """The result of a mutation that returns nothing else."""
    return {"message": graphene.String(required=True, description=description)}


def about(struct: type, member: str) -> str:
    """The contract's comment on a field."""
    return comments.about(struct, member)


def invalid_field(refused: derive.Refused, _info: Info) -> str | None:
    """Resolve `InvalidInput.field`."""
    invalid = cast(common.InvalidInput, refused.why)
    return None if invalid.field is None else errors.field_of(invalid)


types.refusal(common.NotFound, leave_out={"id"})
types.refusal(common.InvalidInput, fields={"resolve_field": invalid_field})
