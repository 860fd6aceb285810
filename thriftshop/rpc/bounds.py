"""Bounds of binary messages: sizes, counts and depth are checked against the available bytes before decoding.

thriftpy2's reader believes a container's size: fifteen bytes that announce two thousand million items of a type that it does not
know keep it busy for seconds, and a megabyte of empty structs takes two hundred. It takes a negative size and an unknown type for
nothing, items of another type than the contract's for an empty list, and reads a map's texts as whatever the contract says.
So every message is looked through first.
"""

import struct
from collections.abc import Mapping
from typing import Any

from thriftpy2.thrift import TType

from thriftshop.rpc.errors import MalformedCall

MAX_DEPTH = 32
# An empty struct is one byte on the wire and hundreds in memory: a message may hold so many, and one more for every eight bytes.
FREE_STRUCTS = 1024
BYTES_A_STRUCT = 8

STRING, STRUCT, MAP, SET, LIST = TType.STRING, TType.STRUCT, TType.MAP, TType.SET, TType.LIST
WIDTHS = {TType.BOOL: 1, TType.BYTE: 1, TType.DOUBLE: 8, TType.I16: 2, TType.I32: 4, TType.I64: 8}
# How many bytes a field takes, its type and number included, by its type; zero where that depends.
FIELD_WIDTHS = [3 + WIDTHS[kind] if kind in WIDTHS else 0 for kind in range(256)]
# The fewest bytes that a value of each type takes.
MIN_BYTES = WIDTHS | {STRING: 4, STRUCT: 1, MAP: 6, SET: 5, LIST: 5}
TEXTS = (STRING, TType.BINARY)
# A field's type, its number and, where it is a text, its length; so many bytes are put behind a message's end.
_FIELD = struct.Struct(">BhI")
_PADDING = bytes(_FIELD.size)

_read_field = _FIELD.unpack_from
_U32 = struct.Struct(">I").unpack_from


def check(struct_type: Any, data: bytes) -> None:
    """Raises MalformedCall unless these bytes are a struct that can be read as this type in time and space of their length."""
    walk = _Walk(data)
    try:
        end = walk.struct(0, struct_type.thrift_spec, MAX_DEPTH)
    except (IndexError, struct.error):
        end = walk.end + 1
    if end > walk.end:
        raise MalformedCall("The message ends in the middle of a value.")


def check_items(kind: int, declared: int) -> None:
    """Raises MalformedCall where the items of a container are of another type than the contract's."""
    if kind != declared and not (kind == STRING and declared in TEXTS):
        raise MalformedCall(f"A container holds values of type {kind} where the contract has type {declared}.")


class _Walk:
    """One way through a message; every method begins at a place in it and gives the place where what it passed ends.

    What lies beyond the end is zeros, then nothing: to read there raises IndexError or struct.error.
    """

    __slots__ = ("data", "end", "structs")

    def __init__(self, data: bytes) -> None:
        self.data, self.end = data + _PADDING, len(data)
        self.structs = FREE_STRUCTS + len(data) // BYTES_A_STRUCT

    def struct(self, at: int, fields: Mapping[int, Any], depth: int) -> int:
        """Skips a struct with these fields; unknown fields are skipped by their encoded types."""
        self._enter(depth)
        self.structs -= 1
        if self.structs < 0:
            raise MalformedCall("The message holds more structs than its length allows.")
        data = self.data
        while True:
            kind, number, size = _read_field(data, at)
            if kind == STRING:
                at += 7 + size
            elif width := FIELD_WIDTHS[kind]:
                at += width
            elif not kind:
                return at + 1
            else:
                spec = fields.get(number)
                detail = spec[2] if spec is not None and spec[0] == kind else None
                at = self.value(kind, at + 3, detail, depth - 1)

    def value(self, kind: int, at: int, detail: Any, depth: int) -> int:
        """Skips a value; `detail` is thriftpy2's description of its type, None for an unknown one."""
        if kind == STRUCT:
            return self.struct(at, {} if detail is None else detail.thrift_spec, depth)
        if kind in (LIST, SET):
            return self._list(at, detail, depth)
        if kind == MAP:
            return self._map(at, detail, depth)
        size: int = 4 + _U32(self.data, at)[0] if kind == STRING else WIDTHS[self._known(kind)]
        return at + size

    def _list(self, at: int, detail: Any, depth: int) -> int:
        self._enter(depth)
        kind, count = self.data[at], _U32(self.data, at + 1)[0]
        at += 5
        if not count:
            return self._empty(at, kind)
        self._check_room(count, MIN_BYTES[self._known(kind)], at)
        declared, below = _split(detail)
        if declared is not None:
            check_items(kind, declared)
        if kind in WIDTHS:
            return int(at + count * WIDTHS[kind])
        if kind == STRING:
            for _ in range(count):
                at += 4 + _U32(self.data, at)[0]
            return at
        for _ in range(count):
            at = self.value(kind, at, below, depth - 1)
        return at

    def _map(self, at: int, detail: Any, depth: int) -> int:
        self._enter(depth)
        kinds, count = (self.data[at], self.data[at + 1]), _U32(self.data, at + 2)[0]
        at += 6
        if not count:
            return self._empty(at, *kinds)
        self._check_room(count, sum(MIN_BYTES[self._known(kind)] for kind in kinds), at)
        details = [_split(one) for one in detail] if detail is not None else [(None, None), (None, None)]
        for kind, (want, _) in zip(kinds, details, strict=True):
            if want is not None:
                check_items(kind, want)
        for _ in range(count):
            for kind, (_, below) in zip(kinds, details, strict=True):
                at = self.value(kind, at, below, depth - 1)
        return at

    def _empty(self, at: int, *kinds: int) -> int:
        """Past a container without items, which need not name their type."""
        for kind in kinds:
            if kind:
                self._known(kind)
        return at

    def _known(self, kind: int) -> int:
        if kind not in MIN_BYTES:
            raise MalformedCall(f"The message holds a value of type {kind}, which Thrift does not have.")
        return kind

    def _check_room(self, count: int, least: int, at: int) -> None:
        if count * least > self.end - at:
            raise MalformedCall(
                f"A container announces {count} items; the {self.end - at} bytes left cannot hold them."
            )

    def _enter(self, depth: int) -> None:
        if depth <= 0:
            raise MalformedCall(f"The message nests deeper than {MAX_DEPTH}.")


def _split(detail: Any) -> tuple[int | None, Any]:
    """An item's type and its detail: thriftpy2 represents a plain type by a number, others by a pair."""
    return detail if isinstance(detail, tuple) else (detail, None)
