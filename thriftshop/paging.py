"""Pagination by keyset cursors that are bound to one list, sort order and filter (docs/decisions/0020-keyset-cursors.md)."""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from idl import common

MAX_PAGE = 100
CHECKSUM_BYTES, BINDING_BYTES = 4, 6
MAX_CURSOR = 8_000
MAX_NUMBER = 2**63 - 1

Key = tuple[Any, ...]
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one list: the digest that binds them to it, and the types of its sort values."""

    binding: bytes
    types: tuple[Any, ...]

    def encode(self, key: Key) -> str:
        """The cursor of the item with this key."""
        content = self.binding + json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()
        checksum = zlib.crc32(content).to_bytes(CHECKSUM_BYTES)
        return base64.urlsafe_b64encode(checksum + content).decode().rstrip("=")

    def decode(self, cursor: str, field: str) -> Key:
        """The key of a cursor. Raises common.InvalidInput if it is damaged or belongs to another list."""
        try:
            content = _intact(cursor)
            if content[:BINDING_BYTES] != self.binding:
                problem = "it belongs to another list, sort order or filter; start again without it"
                raise _invalid(cursor, problem, field)
            return self._checked(json.loads(content[BINDING_BYTES:]))
        except (ValueError, RecursionError) as error:
            problem = "it is damaged or belongs to another list; start again without it"
            raise _invalid(cursor, problem, field) from error

    def _checked(self, values: Any) -> Key:
        """The values as a key. Raises ValueError if their types do not match the list."""
        if not isinstance(values, list) or not values:
            raise ValueError("not a key")
        types = self.types[:1] * len(values) if self.types[-1] is ... else self.types
        if tuple(map(type, values)) != types or not all(map(_is_storable, values)):
            raise ValueError("not a key of this list")
        return tuple(values)


def cursors(name: str, types: tuple[Any, ...], *about: Any) -> Cursors:
    """The cursors of a list. `about` is everything that determines its content and order.

    `types` are the types of the key's values; `(int, ...)` means any number of them.
    """
    described = json.dumps([name, *map(_plain, about)], separators=(",", ":"), sort_keys=True)
    return Cursors(hashlib.blake2b(described.encode(), digest_size=BINDING_BYTES).digest(), types)


def _plain(value: Any) -> Any:
    """A filter for JSON, equal for equivalent filters: without absent values, and with sorted lists."""
    if hasattr(value, "thrift_spec"):
        value = {spec[1]: getattr(value, spec[1]) for spec in value.thrift_spec.values()}
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items() if member not in (None, [], {}, set())}
    if isinstance(value, list | set):
        return sorted(map(_plain, value), key=str)
    return value


def _intact(cursor: str) -> bytes:
    """The content of a cursor after its checksum. Raises ValueError if it is damaged."""
    if len(cursor) > MAX_CURSOR:
        raise ValueError("too long")
    try:
        signed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    content = signed[CHECKSUM_BYTES:]
    if zlib.crc32(content).to_bytes(CHECKSUM_BYTES) != signed[:CHECKSUM_BYTES]:
        raise ValueError("damaged")
    return content


def _is_storable(value: Any) -> bool:
    """Whether a database can compare with this value."""
    if isinstance(value, str):
        value.encode()  # raises for half of a surrogate pair
        return "\0" not in value
    return not isinstance(value, int) or abs(value) <= MAX_NUMBER


def _invalid(cursor: str, problem: str, field: str) -> common.InvalidInput:
    return common.InvalidInput(message=f"Invalid cursor {cursor[:40]!r}: {problem}.", field=field)


@dataclass(frozen=True, slots=True)
class Slice:
    """The requested part of a list: `size` items between two keys, from the start or from the end."""

    size: int
    backward: bool = False
    after: Key | None = None
    before: Key | None = None

    @property
    def most(self) -> int:
        """The number of rows to fetch: one more than the page, to know whether there are more."""
        return self.size + 1

    def cut(self, walked: Sequence[Item]) -> tuple[list[Item], bool]:
        """The items of the page in list order, and whether there are more; `walked` are up to `most` items, from the end
        if the slice is backward."""
        items = list(walked[: self.size])
        return items[::-1] if self.backward else items, len(walked) > self.size

    def info(self, cursors: Sequence[str], more: bool, total: int | None = None) -> common.PageInfo:
        """The PageInfo of a page with these cursors."""
        return common.PageInfo(
            has_next_page=self.before is not None if self.backward else more,
            has_previous_page=more if self.backward else self.after is not None,
            end_cursor=cursors[-1] if cursors else None,
            cursors=list(cursors),
            total=total,
        )


def read(page: common.Page, of: Cursors) -> Slice:
    """Parse a page request. Raises common.InvalidInput for an invalid size or cursor."""
    backward = page.last is not None
    size = page.last if page.last is not None else page.first
    if not 1 <= size <= MAX_PAGE:
        message = f"Request 1 to {MAX_PAGE} items at a time, not {size}."
        raise common.InvalidInput(message=message, field="page.last" if backward else "page.first")
    after = None if page.after is None else of.decode(page.after, "page.after")
    before = None if page.before is None else of.decode(page.before, "page.before")
    return Slice(size, backward, after, before)


def walked(rows: QuerySet[Row], fields: Sequence[str], requested: Slice, *, descending: bool = False) -> QuerySet[Row]:
    """The rows of a slice, up to `most`, from its end if it is backward. `fields` are the sort order, unique together."""
    if requested.after is not None:
        rows = rows.filter(beyond(fields, requested.after, descending=descending))
    if requested.before is not None:
        rows = rows.filter(beyond(fields, requested.before, descending=not descending))
    falling = descending is not requested.backward
    return rows.order_by(*(f"-{field}" if falling else field for field in fields))[: requested.most]


def beyond(fields: Sequence[str], key: Key, *, descending: bool) -> Q:
    """The condition that rows follow a key in the order of these fields, in a form that can use an index."""
    compare, (field, *others), (value, *values) = "lt" if descending else "gt", fields, key
    further = Q(**{f"{field}__{compare}": value})
    if not others:
        return further
    rest = beyond(others, tuple(values), descending=descending)
    return Q(**{f"{field}__{compare}e": value}) & (further | rest)


def within(keys: Sequence[Key], requested: Slice) -> list[int]:
    """The indexes of a slice in a complete sorted list, up to `most`, from its end if it is backward."""
    places = [
        place
        for place, key in enumerate(keys)
        if (requested.after is None or key > requested.after) and (requested.before is None or key < requested.before)
    ]
    return (places[::-1] if requested.backward else places)[: requested.most]
