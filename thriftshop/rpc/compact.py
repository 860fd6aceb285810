"""Thrift's compact protocol, for clients of other implementations. Its reader is safe on hostile bytes; thriftpy2 writes.

thriftpy2's own reader loops on an item type of zero, reads numbers of any length and trusts every size.
"""

import struct
from typing import Any

from thriftpy2.protocol.compact import TCompactProtocol
from thriftpy2.thrift import TType
from thriftpy2.transport import TMemoryBuffer

from thriftshop.rpc import bounds
from thriftshop.rpc.errors import MalformedCall

# The types of the compact protocol; the type of a boolean field contains its value, the type of an item does not.
TRUE, FALSE = 1, 2
TYPES = {
    TRUE: TType.BOOL,
    FALSE: TType.BOOL,
    3: TType.BYTE,
    4: TType.I16,
    5: TType.I32,
    6: TType.I64,
    7: TType.DOUBLE,
    8: TType.STRING,
    9: TType.LIST,
    10: TType.SET,
    11: TType.MAP,
    12: TType.STRUCT,
}
MAX_NUMBER_BYTES = 10  # bytes of seven bits each
MAX_NUMBER = (1 << 64) - 1
FIELD_NUMBERS = range(-(1 << 15), 1 << 15)
_DOUBLE = struct.Struct("<d").unpack_from


def encode(value: Any) -> bytes:
    """A struct as Thrift compact."""
    buffer = TMemoryBuffer()
    value.write(TCompactProtocol(buffer))
    written: bytes = buffer.getvalue()
    return written


def decode(struct_type: Any, data: bytes, at: int = 0) -> Any:
    """A struct from untrusted bytes, read from an offset. Raises MalformedCall for bytes that are not one."""
    reader = Reader(data, at)
    try:
        return reader.struct(struct_type, bounds.MAX_DEPTH)
    except (IndexError, struct.error):
        raise MalformedCall("The message ends in the middle of a value.") from None
    except (UnicodeDecodeError, TypeError) as error:
        raise MalformedCall(f"The bytes are not a {struct_type.__name__}: {error}") from error


def number(value: int) -> bytes:
    """A non-negative number in groups of seven bits, least significant first."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


class Reader:
    """Reads a message from an offset. Raises IndexError or struct.error if it ends early."""

    __slots__ = ("at", "data", "structs")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at
        self.structs = bounds.FREE_STRUCTS + len(data) // bounds.BYTES_A_STRUCT

    def byte(self) -> int:
        """The next byte."""
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """An unsigned number of up to 64 bits, in groups of seven bits."""
        value = 0
        for shift in range(0, 7 * MAX_NUMBER_BYTES, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        if byte >= 0x80 or value > MAX_NUMBER:
            raise MalformedCall("The message has a number of more than 64 bits.")
        return value

    def signed(self) -> int:
        """A signed number in zigzag encoding."""
        value = self.number()
        return (value >> 1) ^ -(value & 1)

    def text(self) -> bytes:
        """The bytes of a string, after its length."""
        size = self.number()
        if size > len(self.data) - self.at:
            raise MalformedCall(f"The message announces {size} bytes of text, but ends earlier.")
        self.at += size
        return self.data[self.at - size : self.at]

    def struct(self, struct_type: Any, depth: int) -> Any:
        """Read a struct, or skip it if `struct_type` is None."""
        self._enter(depth)
        self.structs -= 1
        if self.structs < 0:
            raise MalformedCall("The message has more structs than its length allows.")
        fields = {} if struct_type is None else struct_type.thrift_spec
        result = None if struct_type is None else struct_type()
        field_id = 0
        while head := self.byte():
            delta, kind = head >> 4, head & 0x0F
            field_id = field_id + delta if delta else self.signed()
            if field_id not in FIELD_NUMBERS:
                raise MalformedCall(f"{field_id} is not a field number.")
            spec = fields.get(field_id)
            field = spec if spec is not None and self._fits(kind, spec[0]) else None
            detail = None if field is None else field_detail(field)
            value = kind == TRUE if kind in (TRUE, FALSE) else self.value(kind, detail, depth - 1)
            if field is not None:
                setattr(result, field[1], value)
        return result

    def value(self, kind: int, detail: tuple[int, Any] | None, depth: int) -> Any:
        """Read a value of an encoded type; `detail` is its type in the contract, None to skip it."""
        ttype = self._ttype(kind)
        if ttype == TType.STRUCT:
            return self.struct(None if detail is None else detail[1], depth)
        if ttype in (TType.LIST, TType.SET):
            return self._list(detail, depth)
        if ttype == TType.MAP:
            return self._map(detail, depth)
        if ttype == TType.STRING:
            text = self.text()
            return text.decode() if detail is not None and detail[0] == TType.STRING else text
        if ttype == TType.DOUBLE:
            self.at += 8
            return _DOUBLE(self.data, self.at - 8)[0]
        if ttype in (TType.BOOL, TType.BYTE):
            byte = self.byte()
            return byte == TRUE if ttype == TType.BOOL else byte - (byte >> 7 << 8)
        return self.signed()

    def _list(self, detail: tuple[int, Any] | None, depth: int) -> list[Any]:
        self._enter(depth)
        head = self.byte()
        count, kind = head >> 4, head & 0x0F
        if count == 0x0F:
            count = self.number()
        self._check_room(count, kind)
        item = None if detail is None else item_detail(detail[1])
        if item is not None and count:
            bounds.check_items(self._ttype(kind), item[0])
        items = [self.value(kind, item, depth - 1) for _ in range(count)]
        return [] if item is None else items

    def _map(self, detail: tuple[int, Any] | None, depth: int) -> dict[Any, Any]:
        self._enter(depth)
        count = self.number()
        if not count:
            return {}
        head = self.byte()
        kinds = head >> 4, head & 0x0F
        self._check_room(count, *kinds)
        items = [None, None] if detail is None else [item_detail(item_type) for item_type in detail[1]]
        for kind, item in zip(kinds, items, strict=True):
            if item is not None:
                bounds.check_items(self._ttype(kind), item[0])
        result = {}
        for _ in range(count):
            key = self.value(kinds[0], items[0], depth - 1)
            value = self.value(kinds[1], items[1], depth - 1)
            if detail is not None:
                result[key] = value
        return result

    def _fits(self, kind: int, ttype: int) -> bool:
        return self._ttype(kind) == ttype or (kind == 8 and ttype in bounds.TEXTS)

    def _ttype(self, kind: int) -> int:
        if kind not in TYPES:
            raise MalformedCall(f"The message has a value of type {kind}, which Thrift does not have.")
        ttype: int = TYPES[kind]
        return ttype

    def _check_room(self, count: int, *kinds: int) -> None:
        # An empty container need not name the type of its items.
        least = sum(8 if self._ttype(kind) == TType.DOUBLE else 1 for kind in kinds if kind or count)
        remaining = len(self.data) - self.at
        if count * least > remaining:
            raise MalformedCall(f"A container announces {count} items; the {remaining} bytes left cannot hold them.")

    def _enter(self, depth: int) -> None:
        if depth <= 0:
            raise MalformedCall(f"The message nests deeper than {bounds.MAX_DEPTH}.")


def field_detail(spec: tuple[Any, ...]) -> tuple[int, Any]:
    """A field's type and the detail of its type (a struct's class, the type of items), from thriftpy2's specification."""
    return spec[0], spec[2] if len(spec) == 4 else None


def item_detail(detail: Any) -> tuple[int, Any]:
    """An item's type and the detail of its type: thriftpy2 writes a plain type as a number, others as a pair."""
    return detail if isinstance(detail, tuple) else (detail, None)
