"""Thrift messages to bytes and back: calls and answers, in binary (new and old), compact and JSON; safe on hostile bytes."""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from thriftshop.rpc import codec, compact, json_protocol, validation
from thriftshop.rpc.errors import Fault, MalformedCall
from thriftshop.rpc.reflection import Method

CALL, REPLY, EXCEPTION, ONEWAY = 1, 2, 3, 4
# Types of TApplicationException.
UNKNOWN_METHOD, INVALID_MESSAGE_TYPE, INTERNAL_ERROR, PROTOCOL_ERROR = 1, 2, 6, 7

MAX_NAME = 128
# A name; before its colon, where clients multiplex, the service's.
NAME = re.compile(rb"(?:[A-Za-z_][A-Za-z0-9_.]*:)?[A-Za-z_][A-Za-z0-9_]*")

_I32 = struct.Struct(">i")
_U32 = struct.Struct(">I")
_STRICT_HEAD = struct.Struct(">HBBI")
STRICT_MARK, COMPACT_MARK, JSON_MARK = 0x80, 0x82, ord("[")
STRICT_VERSION = 0x8001
COMPACT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Head:
    """How a message begins: its kind, the method's name, and the number that its answer must carry."""

    kind: int
    name: str
    seqid: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol. `read_head` returns the head and its end, and raises IndexError or struct.error for too few bytes."""

    name: str
    read_head: Callable[[bytes], tuple[Head, int]]
    write_head: Callable[[Head], bytes]
    encode: Callable[[Any], bytes]
    decode: Callable[[Any, bytes], Any]
    encode_exception: Callable[[int, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that calls a method; `rest` are the bytes of its arguments. `service` is empty where the message names none."""

    protocol: Protocol
    name: str
    seqid: int
    oneway: bool
    rest: bytes
    service: str = ""


# -- calls: the service's side --------------------------------------------------------------------
def read_call(data: bytes) -> Incoming:
    """The call in a message that may be anything. Raises MalformedCall for what cannot be read or is no call."""
    protocol, head, rest = _open(data)
    if head.kind not in (CALL, ONEWAY):
        raise MalformedCall(f"A message of kind {head.kind} is not a call; send {CALL} (call) or {ONEWAY} (oneway).")
    service, _, name = head.name.rpartition(":")
    return Incoming(protocol, name, head.seqid, head.kind == ONEWAY, rest, service)


def read_arguments(incoming: Incoming, method: Method) -> Any:
    """The arguments of a call, not validated. Raises MalformedCall if they cannot be read."""
    return incoming.protocol.decode(method.args_type, incoming.rest)


def write_reply(incoming: Incoming, result: Any) -> bytes:
    """The answer to a call, a result struct, in the call's own protocol."""
    protocol = incoming.protocol
    return protocol.write_head(Head(REPLY, incoming.name, incoming.seqid)) + protocol.encode(result)


def write_exception(incoming: Incoming, kind: int, message: str) -> bytes:
    """An error as a TApplicationException, in the call's own protocol."""
    protocol = incoming.protocol
    head = protocol.write_head(Head(EXCEPTION, incoming.name, incoming.seqid))
    return head + protocol.encode_exception(kind, message.encode(errors="replace"))


# -- calls: the caller's side ---------------------------------------------------------------------
def write_call(method: Method, args: Any, seqid: int = 0) -> bytes:
    """A call as a message in strict binary. Raises MalformedCall for arguments that do not fit the contract."""
    validation.check_arguments(args, method)
    kind = ONEWAY if method.result_type.oneway else CALL
    return BINARY.write_head(Head(kind, method.name, seqid)) + codec.encode(args)


def read_reply(method: Method, data: bytes) -> Any:
    """The answer in a message. Raises the refusal that it holds, Fault for a failure, MalformedCall for anything else."""
    protocol, head, rest = _open(data)
    if head.kind == EXCEPTION:
        raise Fault(_read_exception(protocol, rest) or f"{method} failed.")
    if head.kind != REPLY or head.name != method.name:
        raise MalformedCall(f"A message of kind {head.kind} named {head.name} is not an answer of {method}.")
    result = (
        codec.decode_peers(method.result_type, rest)
        if protocol is BINARY
        else protocol.decode(method.result_type, rest)
    )
    return unwrap(method, result)


def read_failure(data: bytes) -> str:
    """The text of a TApplicationException; empty if the message is none."""
    try:
        protocol, head, rest = _open(data)
        return _read_exception(protocol, rest) if head.kind == EXCEPTION else ""
    except MalformedCall:
        return ""


def unwrap(method: Method, result: Any) -> Any:
    """The value in a result struct, or its refusal raised."""
    for number, spec in method.result_type.thrift_spec.items():
        if number != 0 and getattr(result, spec[1]) is not None:
            raise getattr(result, spec[1])
    return getattr(result, "success", None)


# -- the head -------------------------------------------------------------------------------------
def _open(data: bytes) -> tuple[Protocol, Head, bytes]:
    if not data:
        raise MalformedCall("The body is empty; send a Thrift message.")
    protocol = PROTOCOLS.get(data[0])
    if protocol is None:
        raise MalformedCall(
            f"No Thrift message begins with the byte {data[0]:#04x}; send binary, compact or JSON, not framed."
        )
    try:
        head, at = protocol.read_head(data)
    except (IndexError, struct.error):
        raise MalformedCall("The message ends within its head.") from None
    return protocol, head, data[at:]


def _name(data: bytes, at: int, size: int) -> str:
    if size > MAX_NAME:
        raise MalformedCall(f"A method's name of {size} bytes is longer than any ({MAX_NAME}).")
    name = data[at : at + size]
    if not NAME.fullmatch(name):
        raise MalformedCall("The message names no method: a name is made of letters, digits and underscores.")
    return name.decode()


def _read_strict(data: bytes) -> tuple[Head, int]:
    version, _, kind, size = _STRICT_HEAD.unpack_from(data)
    if version != STRICT_VERSION:
        raise MalformedCall(f"Version {version & 0x7FFF} of the binary protocol is not known; 1 is.")
    name = _name(data, 8, size)
    return Head(kind, name, _I32.unpack_from(data, 8 + size)[0]), 12 + size


def _write_strict(head: Head) -> bytes:
    name = head.name.encode()
    return _STRICT_HEAD.pack(STRICT_VERSION, 0, head.kind, len(name)) + name + _I32.pack(head.seqid)


def _read_old(data: bytes) -> tuple[Head, int]:
    size = _U32.unpack_from(data)[0]
    name = _name(data, 4, size)
    return Head(data[4 + size], name, _I32.unpack_from(data, 5 + size)[0]), 9 + size


def _write_old(head: Head) -> bytes:
    name = head.name.encode()
    return _U32.pack(len(name)) + name + bytes([head.kind]) + _I32.pack(head.seqid)


def _read_compact(data: bytes) -> tuple[Head, int]:
    version, kind = data[1] & 0x1F, data[1] >> 5
    if version != COMPACT_VERSION:
        raise MalformedCall(f"Version {version} of the compact protocol is not known; {COMPACT_VERSION} is.")
    reader = compact.Reader(data, 2)
    seqid, size = reader.number(), reader.number()
    return Head(kind, _name(data, reader.at, size), seqid), reader.at + size


def _write_compact(head: Head) -> bytes:
    name = head.name.encode()
    start = bytes([COMPACT_MARK, head.kind << 5 | COMPACT_VERSION])
    return start + compact.number(head.seqid) + compact.number(len(name)) + name


def _read_json(data: bytes) -> tuple[Head, int]:
    kind, name, seqid, end = json_protocol.read_head(data)
    return Head(kind, _name(name, 0, len(name)), seqid), end


def _write_json(head: Head) -> bytes:
    return f'[{json_protocol.VERSION},"{head.name}",{head.kind},{head.seqid},'.encode()


# -- TApplicationException { 1: string message, 2: i32 type } -------------------------------------
class _Failure:
    """A TApplicationException as it is read."""

    thrift_spec = {1: (11, "message", False), 2: (8, "kind", False)}
    message: str | bytes = ""
    kind = 0

    def read(self, protocol: Any) -> None:
        protocol.read_struct(self)


def _read_exception(protocol: Protocol, rest: bytes) -> str:
    message = protocol.decode(_Failure, rest).message
    return message if isinstance(message, str) else ""


def _binary_exception(kind: int, message: bytes) -> bytes:
    return b"\x0b\x00\x01" + _U32.pack(len(message)) + message + b"\x08\x00\x02" + _I32.pack(kind) + b"\x00"


def _compact_exception(kind: int, message: bytes) -> bytes:
    return b"\x18" + compact.number(len(message)) + message + b"\x15" + compact.number(kind << 1) + b"\x00"


BINARY = Protocol("binary", _read_strict, _write_strict, codec.encode, codec.decode, _binary_exception)
OLD_BINARY = Protocol("old binary", _read_old, _write_old, codec.encode, codec.decode, _binary_exception)
COMPACT = Protocol("compact", _read_compact, _write_compact, compact.encode, compact.decode, _compact_exception)
JSON = Protocol(
    "JSON", _read_json, _write_json, json_protocol.encode, json_protocol.decode, json_protocol.encode_exception
)
# By a message's first byte; an old binary one begins with the length of a name, whose first byte is zero.
PROTOCOLS = {STRICT_MARK: BINARY, COMPACT_MARK: COMPACT, 0x00: OLD_BINARY, JSON_MARK: JSON}
