"""Bounds of binary messages: sizes, counts and depth are checked against the available bytes before decoding.

thriftpy2's reader trusts the size of a container: fifteen bytes that announce two billion items of an unknown type keep it busy
for seconds, and a megabyte of empty structs takes two hundred megabytes. It ignores negative sizes and unknown types, reads a
list whose items have another type than in the contract as empty, and reads the strings of a map as the type in the contract.
So every message is scanned before it is decoded.
"""

import struct
from collections.abc import Mapping
from typing import Any

from thriftpy2.thrift import TType

from thriftshop.rpc.errors import MalformedCall

MAX_DEPTH = 32
# An empty struct is one byte on the wire and hundreds in memory: a message may have this many, and one more per eight bytes.
FREE_STRUCTS = 1024
BYTES_A_STRUCT = 8

STRING, STRUCT, MAP, SET, LIST = TType.STRING, TType.STRUCT, TType.MAP, TType.SET, TType.LIST
WIDTHS = {TType.BOOL: 1, TType.BYTE: 1, TType.DOUBLE: 8, TType.I16: 2, TType.I32: 4, TType.I64: 8}
# The size of a field by its type, with its type and number; zero if it varies.
FIELD_WIDTHS = [3 + WIDTHS[kind] if kind in WIDTHS else 0 for kind in range(256)]
# The minimum size of a value of each type.
MIN_BYTES = WIDTHS | {STRING: 4, STRUCT: 1, MAP: 6, SET: 5, LIST: 5}
TEXTS = (STRING, TType.BINARY)
# A field's type, its number and, for a string, its length. As many zeros are appended to a message.
_FIELD = struct.Struct(">BhI")
_PADDING = bytes(_FIELD.size)

_read_field = _FIELD.unpack_from
_U32 = struct.Struct(">I").unpack_from


def check(struct_type: Any, data: bytes) -> None:
    """Raise MalformedCall unless the bytes are a struct of this type, with sizes that they can hold."""
    scanner = _Scanner(data)
    try:
        end = scanner.struct(0, struct_type.thrift_spec, MAX_DEPTH)
    except (IndexError, struct.error):
        end = scanner.end + 1
    if end > scanner.end:
        raise MalformedCall("The message ends in the middle of a value.")


def check_items(kind: int, declared: int) -> None:
    """Raise MalformedCall if the items of a container have another type than in the contract."""
    if kind != declared and not (kind == STRING and declared in TEXTS):
        raise MalformedCall(f"A container has values of type {kind} where the contract has type {declared}.")


class _Scanner:
    """Scans a message. Every method takes the offset of a value and returns the offset of its end.

    The message is padded with zeros; reading beyond them raises IndexError or struct.error.
    """

    __slots__ = ("data", "end", "structs")

    def __init__(self, data: bytes) -> None:
        self.data, self.end = data + _PADDING, len(data)
        self.structs = FREE_STRUCTS + len(data) // BYTES_A_STRUCT

    def struct(self, at: int, fields: Mapping[int, Any], depth: int) -> int:
        """Skip a struct with these fields; unknown fields are skipped by their encoded types."""
        self._enter(depth)
        self.structs -= 1
        if self.structs < 0:
            raise MalformedCall("The message has more structs than its length allows.")
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
        """Skip a value; `detail` is thriftpy2's description of its type, None for an unknown one."""
        if kind == STRUCT:
            return self.struct(at, {} if detail is None else detail.thrift_spec, depth)
        if kind in (LIST, SET):
            return self._list(at, detail, depth)
        if kind == MAP:
            return self._map(at, detail, depth)
        size: int = 4 + _U32(self.data, at)[0] if kind == STRING else WIDTHS[self._require_known(kind)]
        return at + size

    def _list(self, at: int, detail: Any, depth: int) -> int:
        self._enter(depth)
        kind, count = self.data[at], _U32(self.data, at + 1)[0]
        at += 5
        if not count:
            return self._empty(at, kind)
        self._check_room(count, MIN_BYTES[self._require_known(kind)], at)
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
        self._check_room(count, sum(MIN_BYTES[self._require_known(kind)] for kind in kinds), at)
        details = [_split(item) for item in detail] if detail is not None else [(None, None), (None, None)]
        for kind, (declared, _) in zip(kinds, details, strict=True):
            if declared is not None:
                check_items(kind, declared)
        for _ in range(count):
            for kind, (_, below) in zip(kinds, details, strict=True):
                at = self.value(kind, at, below, depth - 1)
        return at

    def _empty(self, at: int, *kinds: int) -> int:
        """Skip an empty container, which need not name the type of its items."""
        for kind in kinds:
            if kind:
                self._require_known(kind)
        return at

    def _require_known(self, kind: int) -> int:
        if kind not in MIN_BYTES:
            raise MalformedCall(f"The message has a value of type {kind}, which Thrift does not have.")
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
