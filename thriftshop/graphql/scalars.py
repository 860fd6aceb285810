"""Custom scalars for the contracts: timestamps, and integers of more than 32 bits."""

import datetime
from typing import Any

import graphene
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode

SAFE = (1 << 53) - 1
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999, in milliseconds


class DateTime(graphene.Scalar):  # type: ignore[misc]
    """A time in UTC as an RFC 3339 string, with milliseconds: "2026-03-01T09:30:00.000Z"."""

    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339"

    @staticmethod
    def serialize(moment: int) -> str:
        """Format a timestamp."""
        when = EPOCH + datetime.timedelta(milliseconds=moment)
        return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @staticmethod
    def parse_value(text: Any) -> int:
        """Parse a timestamp; without an offset it is in UTC."""
        try:
            when = datetime.datetime.fromisoformat(text)
        except (TypeError, ValueError):
            raise GraphQLError(f"{str(text)[:40]!r} is not a valid time; use the form 2026-03-01T09:30:00Z.") from None
        moment = ((when if when.tzinfo else when.replace(tzinfo=datetime.UTC)) - EPOCH) // datetime.timedelta(
            milliseconds=1
        )
        if not EARLIEST <= moment <= LATEST:
            raise GraphQLError(f"{text[:40]!r} is not in the years 1 to 9999.")
        return moment

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> int:
        """Parse a timestamp in a document."""
        if not isinstance(node, StringValueNode):
            raise GraphQLError('A time must be a string: "2026-03-01T09:30:00Z".', node)
        try:
            return DateTime.parse_value(node.value)
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from None


class Long(graphene.Scalar):  # type: ignore[misc]
    """An integer of up to 53 bits, as a JSON number that is exact in every language."""

    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6"

    @staticmethod
    def serialize(value: int) -> int:
        """Check the range of a number."""
        if not -SAFE <= value <= SAFE:
            raise GraphQLError(f"{value} is outside the safe integers of JSON.")
        return int(value)

    @staticmethod
    def parse_value(value: Any) -> int:
        """Parse a number."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not -SAFE <= value <= SAFE:
            raise GraphQLError(f"{str(value)[:40]!r} is not an integer from {-SAFE} to {SAFE}.")
        return int(value)

    @staticmethod
    def parse_literal(node: ValueNode, _variables: Any = None) -> int:
        """Parse a number in a document."""
        if not isinstance(node, IntValueNode):
            raise GraphQLError("An integer has no quotes and no decimals.", node)
        try:
            return Long.parse_value(int(node.value))
        except (GraphQLError, ValueError):  # Python does not convert numbers of thousands of digits
            raise GraphQLError(f"{node.value[:40]!r} is not an integer from {-SAFE} to {SAFE}.", node) from None
