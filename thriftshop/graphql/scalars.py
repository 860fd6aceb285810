"""The scalars that contracts need beside GraphQL's own: moments and whole numbers beyond 32 bits."""

import datetime
from typing import Any

import graphene
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode

SAFE = (1 << 53) - 1
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999, in milliseconds


class DateTime(graphene.Scalar):  # type: ignore[misc]
    """A moment in UTC by RFC 3339, to the millisecond, as a string: "2026-03-01T09:30:00.000Z"."""

    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"

    @staticmethod
    def serialize(moment: int) -> str:
        """The moment as text."""
        when = EPOCH + datetime.timedelta(milliseconds=moment)
        return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @staticmethod
    def parse_value(text: Any) -> int:
        """The moment of a text; one without an offset is taken to be in UTC."""
        try:
            when = datetime.datetime.fromisoformat(text)
        except (TypeError, ValueError):
            raise GraphQLError(f"{str(text)[:40]!r} is no moment; write it like 2026-03-01T09:30:00Z.") from None
        moment = ((when if when.tzinfo else when.replace(tzinfo=datetime.UTC)) - EPOCH) // datetime.timedelta(
            milliseconds=1
        )
        if not EARLIEST <= moment <= LATEST:
            raise GraphQLError(f"{text[:40]!r} is outside the years 1 to 9999.")
        return moment

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> int:
        """The moment of a text in a document."""
        if not isinstance(node, StringValueNode):
            raise GraphQLError('A moment is written as text: "2026-03-01T09:30:00Z".', node)
        return DateTime.parse_value(node.value)


class Long(graphene.Scalar):  # type: ignore[misc]
    """A whole number of up to 53 bits, as a JSON number: exact in every language."""

    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6"

    @staticmethod
    def serialize(value: int) -> int:
        """The number itself."""
        if not -SAFE <= value <= SAFE:
            raise GraphQLError(f"{value} is beyond the whole numbers that JSON carries safely.")
        return int(value)

    @staticmethod
    def parse_value(value: Any) -> int:
        """The number, where it is one."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not -SAFE <= value <= SAFE:
            raise GraphQLError(f"{str(value)[:40]!r} is no whole number from {-SAFE} to {SAFE}.")
        return int(value)

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> int:
        """The number in a document."""
        if not isinstance(node, IntValueNode):
            raise GraphQLError("A whole number is written without quotes and decimals.", node)
        return Long.parse_value(int(node.value))
