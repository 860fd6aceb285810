"""HTTP/2 frames as bytes (RFC 9113, section 6): their numbers, how they are written, and what form they must have."""

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEAD = struct.Struct(">HBBBL")  # length (24 bits, as 16 and 8), type, flags, stream
SETTING = struct.Struct(">HL")
NUMBER = struct.Struct(">L")
GOING = struct.Struct(">LL")

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = 0, 1, 2, 3, 4
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 5, 6, 7, 8, 9

ACK = END_STREAM = 0x1
END_HEADERS = 0x4
PADDED = 0x8
WITH_PRIORITY = 0x20

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS = 1, 2, 3
INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = 4, 5, 6

NO_ERROR, PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED = 0, 1, 3, 5
FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR = 6, 7, 8, 9
ENHANCE_YOUR_CALM = 11

# Every peer takes frames of this size, and we take none larger.
MAX_FRAME = 16_384
MAX_WINDOW = 2**31 - 1
DEFAULT_WINDOW = 65_535

# The sizes of those frames that have a size of their own.
SIZES = {PRIORITY: 5, RST_STREAM: 4, PING: 8, WINDOW_UPDATE: 4}
OF_THE_CONNECTION = frozenset((SETTINGS, PING, GOAWAY))
OF_A_STREAM = frozenset((DATA, HEADERS, PRIORITY, RST_STREAM, PUSH_PROMISE, CONTINUATION))


class Violation(Exception):
    """The peer violated the protocol: the HTTP/2 error code and the reason."""

    def __init__(self, code: int, problem: str) -> None:
        super().__init__(problem)
        self.code = code


def check(kind: int, flags: int, stream: int, size: int) -> None:
    """Raise Violation for a frame that is too large, or has an invalid size or stream for its kind."""
    if size > MAX_FRAME:
        raise Violation(FRAME_SIZE_ERROR, f"a frame of {size} bytes")
    if (stream == 0 and kind in OF_A_STREAM) or (stream and kind in OF_THE_CONNECTION):
        raise Violation(PROTOCOL_ERROR, f"a frame of kind {kind} on stream {stream}")
    wrong = size != SIZES.get(kind, size) or (kind == GOAWAY and size < GOING.size)
    if wrong or (kind == SETTINGS and (size % SETTING.size or (flags & ACK and size))):
        raise Violation(FRAME_SIZE_ERROR, f"a frame of kind {kind} with {size} bytes")


def content(kind: int, flags: int, payload: bytes) -> bytes:
    """What DATA and HEADERS frames hold beside padding and priority."""
    start, end = 0, len(payload)
    if flags & PADDED:
        start, end = 1, end - (payload[0] if payload else 1)
    if kind == HEADERS and flags & WITH_PRIORITY:
        start += 5
    if start > end:
        raise Violation(PROTOCOL_ERROR, "more padding than there is frame")
    return payload[start:end] if start or end != len(payload) else payload


def frame(kind: int, flags: int, stream: int, payload: bytes | memoryview = b"") -> bytes:
    """One frame."""
    size = len(payload)
    return HEAD.pack(size >> 8, size & 0xFF, kind, flags, stream) + payload


def settings(values: dict[int, int]) -> bytes:
    """A SETTINGS frame."""
    return frame(SETTINGS, 0, 0, b"".join(SETTING.pack(name, value) for name, value in values.items()))


def window_update(stream: int, size: int) -> bytes:
    """A WINDOW_UPDATE frame."""
    return frame(WINDOW_UPDATE, 0, stream, NUMBER.pack(size))


def reset(stream: int, code: int) -> bytes:
    """A RST_STREAM frame."""
    return frame(RST_STREAM, 0, stream, NUMBER.pack(code))


def goaway(code: int) -> bytes:
    """A GOAWAY frame of a client, which the peer opened no stream to."""
    return frame(GOAWAY, 0, 0, GOING.pack(0, code))


def head(stream: int, block: bytes) -> bytes:
    """A header block as HEADERS and as many CONTINUATION frames as it takes; the body follows."""
    if len(block) <= MAX_FRAME:
        return frame(HEADERS, END_HEADERS, stream, block)
    pieces = [block[at : at + MAX_FRAME] for at in range(0, len(block), MAX_FRAME)]
    written = [frame(HEADERS, 0, stream, pieces[0])]
    written += [frame(CONTINUATION, 0, stream, piece) for piece in pieces[1:-1]]
    return b"".join((*written, frame(CONTINUATION, END_HEADERS, stream, pieces[-1])))
