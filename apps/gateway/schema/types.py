"""The types derived from the contracts, shared by all parts of the schema; and how their common words are shown."""

from typing import Any

import graphene

from idl import common
from thriftshop.graphql import comments, derive, errors

types = derive.Types()
OWN_CURRENCY = (
    'The code of ISO 4217, in capitals or not: "GBP". '
    "Where absent, that of the viewer's setting, else the shop's own."
)


def required(kind: Any, description: str) -> Any:
    """A field that is always there."""
    return graphene.Field(kind, required=True, description=description)


def given(kind: Any, description: str, *, must: bool = True) -> Any:
    """A field of an input."""
    return graphene.InputField(kind, required=must, description=description)


def ids(description: str) -> Any:
    """A list of global ids, in an input."""
    return graphene.InputField(graphene.List(graphene.NonNull(graphene.ID)), description=description)


def message(description: str = "What was done, for people.") -> dict[str, Any]:
    """What a mutation gives that has nothing else to show."""
    return {"message": graphene.String(required=True, description=description)}


def about(struct: type, member: str) -> str:
    """What the contract says about a field."""
    return comments.about(struct, member)


def what_is_wrong(refused: derive.Refused, _info: Any) -> str | None:
    """Resolves `InvalidInput.field`."""
    invalid: Any = refused.why
    return None if invalid.field is None else errors.field_of(invalid)


types.refusal(common.NotFound, leave_out={"id"})
types.refusal(common.InvalidInput, fields={"resolve_field": what_is_wrong})
