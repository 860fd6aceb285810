"""Structs to bytes and back in Thrift's binary protocol, safe on hostile bytes (docs/thrift.md, "Malicious input")."""

from typing import Any

from thriftpy2.protocol.cybin import TCyBinaryProtocol
from thriftpy2.transport import TMemoryBuffer
from thriftpy2.transport.buffered import TCyBufferedTransport
from thriftpy2.transport.memory import TCyMemoryBuffer

from thriftshop.contracts import annotations
from thriftshop.rpc import bounds
from thriftshop.rpc.errors import MalformedCall

MAX_BYTES = annotations.MAX_MESSAGE


def encode(struct: Any) -> bytes:
    """A struct as Thrift binary."""
    buffer = TCyMemoryBuffer()
    struct.write(TCyBinaryProtocol(buffer))
    value: bytes = buffer.getvalue()
    return value


def decode(struct_type: Any, data: bytes) -> Any:
    """A struct from untrusted bytes. Raises MalformedCall if they cannot be read."""
    if len(data) > MAX_BYTES:
        raise MalformedCall(f"A message of {len(data)} bytes is larger than the {MAX_BYTES} that are read.")
    bounds.check(struct_type, data)
    return decode_peers(struct_type, data)


def decode_peers(struct_type: Any, data: bytes) -> Any:
    """A struct from bytes that another process of the shop wrote: they may be damaged, but are not hostile.

    Raises MalformedCall if they cannot be read. Hostile bytes could not crash this process, but could keep it busy.
    """
    struct = struct_type()
    try:
        struct.read(TCyBinaryProtocol(TCyBufferedTransport(TMemoryBuffer(data))))
    except Exception as error:
        raise MalformedCall(f"The bytes are not a {struct_type.__name__}: {error}") from error
    return struct


def decode_own(struct_type: Any, data: bytes) -> Any:
    """A struct from bytes that this process or the store wrote: faster, and safe for those only."""
    struct = struct_type()
    struct.read(TCyBinaryProtocol(TCyMemoryBuffer(data)))
    return struct
