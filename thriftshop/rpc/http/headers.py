"""Header blocks (RFC 7541) without a dynamic table: written from prepared parts, read for the few headers that matter.

We announce a table of size 0, so that each block can be read on its own, and cached.
"""

from dataclasses import dataclass
from functools import lru_cache

from hpack.exceptions import HPACKError
from hpack.huffman_table import decode_huffman

CONTENT_TYPE = b"content-type"
CODE = b"thriftshop-code"
RETRY_AFTER = b"retry-after"
BEGUN = b"thriftshop-begun"

# Of the static table: the statuses by index; the names that are read; the names that only requests have.
STATUSES = {8: b"200", 9: b"204", 10: b"206", 11: b"304", 12: b"400", 13: b"404", 14: b"500"}
STATUS_NAMES = range(8, 15)
REQUEST_NAMES = range(1, 8)
CONTENT_TYPE_NAME, RETRY_AFTER_NAME = 31, 53
LAST_STATIC = 61
MAX_NAME = 256
READ_NAMES = frozenset((b":status", CODE, CONTENT_TYPE, RETRY_AFTER, BEGUN))
MAX_NUMBER = 1 << 20

POST, SCHEME_HTTP = b"\x83", b"\x86"
WITHOUT_INDEXING, NEVER_INDEXED = b"\x00", b"\x10"


class Unreadable(Exception):
    """The block is not a header block, or does not start a response."""


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The headers of a response that we read; empty where a header is absent."""

    status: int
    code: str = ""
    content_type: str = ""
    retry_after: str = ""
    begun: str = ""


def request_head(authority: str, path: str) -> bytes:
    """The part of a request's block that all calls of a method to a replica share."""
    return b"".join(
        (
            POST,
            SCHEME_HTTP,
            b"\x01" + _text(authority.encode()),
            b"\x04" + _text(path.encode()),
            literal("content-type", "application/x-thrift"),
        )
    )


def literal(name: str, value: str, secret: bool = False) -> bytes:
    """A header as a literal; a secret one is marked never to be indexed. Raises ValueError for line breaks."""
    if "\n" in value or "\r" in value or "\0" in value:
        raise ValueError(f"The header {name} would have a line end in it.")
    return _name(name, secret) + _text(value.encode())


@lru_cache(maxsize=4096)
def known(name: str, value: str, secret: bool = False) -> bytes:
    """As `literal`, cached: for headers that many calls share, such as the caller token."""
    return literal(name, value, secret)


@lru_cache(maxsize=256)
def _name(name: str, secret: bool) -> bytes:
    return (NEVER_INDEXED if secret else WITHOUT_INDEXING) + _text(name.encode())


def _text(value: bytes) -> bytes:
    size = len(value)
    if size < 127:
        return bytes((size,)) + value
    written, remaining = bytearray(b"\x7f"), size - 127
    while remaining > 127:
        written.append(remaining & 127 | 128)
        remaining >>= 7
    written.append(remaining)
    return bytes(written) + value


@lru_cache(maxsize=256)
def read(block: bytes) -> ResponseHead:
    """Read the head of a response. Raises Unreadable for anything else."""
    headers: dict[bytes, str] = {}
    at, end, plain = 0, len(block), False
    while at < end:
        first = block[at]
        if first & 0xE0 == 0x20:
            at = _table_size(block, at, allowed=not (headers or plain))
            continue
        name, value, at = _indexed(block, at) if first & 0x80 else _literal(block, at, 6 if first & 0x40 else 4)
        if name == b":status":
            if plain or name in headers:
                raise Unreadable("The status is not the first header, or not the only one.")
        else:
            plain = True
        if name:
            headers[name] = _decoded(*value)
    return _response(headers)


def _response(headers: dict[bytes, str]) -> ResponseHead:
    status = headers.get(b":status", "")
    if not (len(status) == 3 and status.isascii() and status.isdigit() and status >= "100"):
        raise Unreadable("The status is missing or is no status.")
    return ResponseHead(
        int(status),
        headers.get(CODE, ""),
        headers.get(CONTENT_TYPE, ""),
        headers.get(RETRY_AFTER, ""),
        headers.get(BEGUN, ""),
    )


Value = tuple[bytes, bool]  # as encoded in the block, and whether it is Huffman-coded


def _table_size(block: bytes, at: int, allowed: bool) -> int:
    size, at = _number(block, at, 5)
    if size or not allowed:
        raise Unreadable("The peer makes a table that we do not keep.")
    return at


def _indexed(block: bytes, at: int) -> tuple[bytes, Value, int]:
    index, at = _number(block, at, 7)
    if index in STATUSES:
        return b":status", (STATUSES[index], False), at
    return _static_name(index), (b"", False), at


def _literal(block: bytes, at: int, bits: int) -> tuple[bytes, Value, int]:
    index, at = _number(block, at, bits)
    if index:
        name = _static_name(index)
    else:
        raw, coded, at = _string(block, at)
        name = _used_name(raw, coded)
    value, coded, at = _string(block, at)
    return name, (value, coded), at


def _static_name(index: int) -> bytes:
    if index in STATUS_NAMES:
        return b":status"
    if index == 0 or index > LAST_STATIC or index in REQUEST_NAMES:
        raise Unreadable(f"The index {index} does not belong into a response.")
    return {CONTENT_TYPE_NAME: CONTENT_TYPE, RETRY_AFTER_NAME: RETRY_AFTER}.get(index, b"")


@lru_cache(maxsize=512)
def _used_name(raw: bytes, coded: bool) -> bytes:
    """The name, if it is one of those that are read; otherwise empty."""
    if len(raw) > MAX_NAME:
        raise Unreadable("A header's name is too long.")
    name = _huffman(raw) if coded else raw
    if not name or name != name.lower() or (name[:1] == b":" and name != b":status"):
        raise Unreadable("A header's name is none that a response may have.")
    return name if name in READ_NAMES else b""


def _decoded(raw: bytes, coded: bool) -> str:
    return (_huffman(raw) if coded else raw).decode("latin-1")


def _huffman(raw: bytes) -> bytes:
    try:
        return decode_huffman(raw)
    except HPACKError as error:
        raise Unreadable("A header is not coded as Huffman did.") from error


def _string(block: bytes, at: int) -> tuple[bytes, bool, int]:
    if at >= len(block):
        raise Unreadable("The block ends within a header.")
    coded = bool(block[at] & 0x80)
    size, at = _number(block, at, 7)
    if at + size > len(block):
        raise Unreadable("The block ends within a header.")
    return block[at : at + size], coded, at + size


def _number(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """An integer with a prefix of this many bits, and the offset after it."""
    most = (1 << bits) - 1
    number = block[at] & most
    at += 1
    if number < most:
        return number, at
    for shift in range(0, 28, 7):
        if at >= len(block):
            break
        byte = block[at]
        at += 1
        number += (byte & 127) << shift
        if number > MAX_NUMBER:
            break
        if not byte & 128:
            return number, at
    raise Unreadable("A number in the block does not end.")
