"""One HTTP/2 connection of a client, without the socket (RFC 9113): bytes in, bytes out, and never more than is bounded.

The peer is not trusted: whatever it sends, every exchange ends, and what is kept for it stays bounded (limits.py). What goes
beyond the protocol ends the connection; the exchanges on it fail with what is known of them (failures.py).
"""

from collections.abc import Callable

from thriftshop.rpc.errors import RpcError
from thriftshop.rpc.failures import Lost, NotProcessed
from thriftshop.rpc.http import frames, headers, limits
from thriftshop.rpc.http.exchanges import UNANSWERED, Exchange
from thriftshop.rpc.http.flow_control import Windows


class Connection:
    """The state of one connection. The owner of the socket sends `outgoing` and passes received bytes to `receive`."""

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.outgoing = bytearray(limits.OPENING)
        self.ready = False  # the peer's SETTINGS have arrived
        self.retiring = False  # nothing new is begun here
        self.closed = False
        self.received = 0  # how many times data has arrived
        self._buffer = b""
        self._next_stream = 1
        self._exchanges: dict[int, Exchange] = {}
        self._block: tuple[int, bool, bytearray, int] | None = None  # stream, ended, header block, frames so far
        self._room = limits.FIRST_ROOM
        self._windows = Windows()  # for what we send
        self._credit = limits.WINDOW  # for what the peer sends
        self._buffered = 0
        self._noise = 0

    @property
    def has_room(self) -> bool:
        """Whether another exchange may begin."""
        return not self.retiring and not self.closed and len(self._exchanges) < self._room

    @property
    def busy(self) -> int:
        """The number of exchanges in progress."""
        return len(self._exchanges)

    def request(self, head: bytes, body: bytes, finish: Callable[[Exchange], None]) -> Exchange:
        """Begin an exchange: `head` is a header block, `body` is not empty. There must be room."""
        exchange = Exchange(self._next_stream, self._windows.initial, finish)
        self._next_stream += 2
        if self._next_stream > limits.LAST_STREAM:
            self.retiring = True
        self._exchanges[exchange.stream] = exchange
        self.outgoing += frames.head(exchange.stream, head)
        exchange.unsent = memoryview(body)
        self.outgoing += self._windows.frames_of(exchange)
        return exchange

    def cancel(self, exchange: Exchange) -> None:
        """Cancel an exchange; its `finish` is not called."""
        if self._exchanges.pop(exchange.stream, None) is not None:
            self._buffered -= exchange.size
            self.outgoing += frames.reset(exchange.stream, frames.CANCEL)
            self._close_if_done()

    def retire(self) -> None:
        """Take no more requests; close after those in flight."""
        self.retiring = True
        self._close_if_done()

    def lose(self, why: str) -> None:
        """The socket is closed: every exchange has failed."""
        self.closed = self.retiring = True
        begun = self.ready
        for exchange in list(self._exchanges.values()):
            reason = f"{self.peer}: {why}."
            self._finish(exchange, Lost(reason, blame=False) if begun else NotProcessed(reason, blame=False))

    def _close_if_done(self) -> None:
        if self.retiring and not self._exchanges and not self.closed:
            self.closed = True
            self.outgoing += frames.goaway(frames.NO_ERROR)

    def receive(self, data: bytes) -> None:
        """Read received bytes. Never raises, even for malformed ones."""
        self.received += 1
        buffer = self._buffer + data if self._buffer else data
        try:
            at = self._read_frames(buffer)
        except frames.Violation as violation:
            self.outgoing += frames.goaway(violation.code)
            self._buffer = b""
            self.lose(f"the peer broke HTTP/2: {violation}")
        else:
            self._buffer = buffer[at:]

    def _read_frames(self, buffer: bytes) -> int:
        """Read the complete frames at the start of the buffer; return their size in bytes."""
        at, end = 0, len(buffer)
        while end - at >= frames.HEAD.size and not self.closed:
            high, low, kind, flags, stream = frames.HEAD.unpack_from(buffer, at)
            size = high << 8 | low
            stream &= frames.MAX_WINDOW
            frames.check(kind, flags, stream, size)
            start = at + frames.HEAD.size
            if end - start < size:
                break
            at = start + size
            self._read_frame(kind, flags, stream, buffer[start:at])
        return at

    def _read_frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if not self.ready and (kind != frames.SETTINGS or flags & frames.ACK):
            raise frames.Violation(frames.PROTOCOL_ERROR, "the first frame was not SETTINGS")
        if self._block is not None and kind != frames.CONTINUATION:
            raise frames.Violation(frames.PROTOCOL_ERROR, "a header block was interrupted")
        self._noise += 1
        if self._noise > limits.MAX_FRAMES_WITHOUT_RESPONSE:
            raise frames.Violation(frames.ENHANCE_YOUR_CALM, "too many frames without a response")
        reader = READERS.get(kind)
        if reader is not None:
            reader(self, flags, stream, payload)

    def _read_data(self, flags: int, stream: int, payload: bytes) -> None:
        self._take_credit(len(payload))
        exchange = self._find(stream)
        content = frames.content(frames.DATA, flags, payload)
        if exchange is None:
            return None
        if exchange.head is UNANSWERED:
            return self._fail(exchange, frames.PROTOCOL_ERROR, "DATA before HEADERS")
        exchange.size += len(payload)
        self._buffered += len(payload)
        if exchange.size > limits.MAX_RESPONSE or self._buffered > limits.MAX_BUFFERED:
            return self._fail(exchange, frames.FLOW_CONTROL_ERROR, "a response that is too large")
        if content:
            exchange.chunks.append(content)
        if flags & frames.END_STREAM:
            self._finish(exchange)
        return None

    def _take_credit(self, size: int) -> None:
        """Count received bytes against the window, and widen the window once half of it is used."""
        self._credit -= size
        if self._credit < 0:
            raise frames.Violation(frames.FLOW_CONTROL_ERROR, "more data than the window allows")
        if self._credit < limits.WINDOW // 2:
            self.outgoing += frames.window_update(0, limits.WINDOW - self._credit)
            self._credit = limits.WINDOW

    def _read_headers(self, flags: int, stream: int, payload: bytes) -> None:
        block = frames.content(frames.HEADERS, flags, payload)
        ended = bool(flags & frames.END_STREAM)
        if flags & frames.END_HEADERS:
            return self._read_block(stream, ended, block)
        self._find(stream)
        self._block = (stream, ended, bytearray(block), 1)
        return None

    def _read_continuation(self, flags: int, stream: int, payload: bytes) -> None:
        if self._block is None or self._block[0] != stream:
            raise frames.Violation(frames.PROTOCOL_ERROR, "the continuation of no header block")
        _, ended, block, count = self._block
        block += payload
        if len(block) > limits.MAX_HEAD or count > 16:
            raise frames.Violation(frames.ENHANCE_YOUR_CALM, "a header block that is too long")
        self._block = (stream, ended, block, count + 1)
        if flags & frames.END_HEADERS:
            self._block = None
            self._read_block(stream, ended, bytes(block))

    def _read_block(self, stream: int, ended: bool, block: bytes) -> None:
        exchange = self._find(stream)
        if exchange is None:
            return None
        if exchange.head is UNANSWERED:
            try:
                head = headers.read(block)
            except headers.Unreadable as error:
                return self._fail(exchange, frames.PROTOCOL_ERROR, str(error))
            if head.status >= 200:
                exchange.head = head
            elif ended:
                return self._fail(exchange, frames.PROTOCOL_ERROR, "an interim response that ends the stream")
        elif not ended:
            return self._fail(exchange, frames.PROTOCOL_ERROR, "HEADERS twice")
        if ended:
            self._finish(exchange)
        return None

    def _read_reset(self, flags: int, stream: int, payload: bytes) -> None:
        code = int.from_bytes(payload, "big")
        exchange = self._find(stream)
        if exchange is None:
            return
        reason = f"{self.peer} reset the stream (HTTP/2 error {code})."
        self._finish(exchange, NotProcessed(reason) if code == frames.REFUSED_STREAM else Lost(reason))

    def _read_settings(self, flags: int, stream: int, payload: bytes) -> None:
        if flags & frames.ACK:
            return
        for name, value in frames.SETTING.iter_unpack(payload):
            self._set(name, value)
        self.ready = True
        self.outgoing += frames.frame(frames.SETTINGS, frames.ACK, 0)
        self.outgoing += self._windows.frames_of_all(self._exchanges.values())

    def _set(self, name: int, value: int) -> None:
        if name == frames.MAX_CONCURRENT_STREAMS:
            self._room = value
        elif name == frames.INITIAL_WINDOW_SIZE:
            self._windows.resize(value, self._exchanges.values())
        elif name == frames.ENABLE_PUSH and value:
            raise frames.Violation(frames.PROTOCOL_ERROR, "PUSH_PROMISE although push is disabled")
        elif name == frames.MAX_FRAME_SIZE and not frames.MAX_FRAME <= value < 1 << 24:
            raise frames.Violation(frames.PROTOCOL_ERROR, f"a frame size of {value}")

    def _read_ping(self, flags: int, stream: int, payload: bytes) -> None:
        if not flags & frames.ACK:
            self.outgoing += frames.frame(frames.PING, frames.ACK, 0, payload)

    def _read_goaway(self, flags: int, stream: int, payload: bytes) -> None:
        last, code = frames.GOING.unpack_from(payload)
        self.retiring = True
        for exchange in [
            exchange for exchange in self._exchanges.values() if exchange.stream > last & frames.MAX_WINDOW
        ]:
            self._finish(exchange, NotProcessed(f"{self.peer} is going away (HTTP/2 error {code}).", blame=False))
        self._close_if_done()

    def _read_window_update(self, flags: int, stream: int, payload: bytes) -> None:
        size = int.from_bytes(payload, "big") & frames.MAX_WINDOW
        if not stream:
            self._windows.widen(size)
            self.outgoing += self._windows.frames_of_all(self._exchanges.values())
            return
        exchange = self._find(stream)
        if exchange is None:
            return
        try:
            self._windows.widen_stream(exchange, size)
        except frames.Violation as violation:
            self._fail(exchange, violation.code, str(violation))
        else:
            self.outgoing += self._windows.frames_of(exchange)

    def _read_push(self, flags: int, stream: int, payload: bytes) -> None:
        raise frames.Violation(frames.PROTOCOL_ERROR, "PUSH_PROMISE although push is disabled")

    def _find(self, stream: int) -> Exchange | None:
        """The exchange of a stream; None for one that has ended. Raises Violation for one that never was."""
        if stream % 2 == 0 or stream >= self._next_stream:
            raise frames.Violation(frames.PROTOCOL_ERROR, f"a frame on stream {stream}, which was never opened")
        return self._exchanges.get(stream)

    def _fail(self, exchange: Exchange, code: int, problem: str) -> None:
        self.outgoing += frames.reset(exchange.stream, code)
        self._finish(exchange, Lost(f"{self.peer} broke HTTP/2: {problem}."))

    def _finish(self, exchange: Exchange, failure: RpcError | None = None) -> None:
        del self._exchanges[exchange.stream]
        self._buffered -= exchange.size
        self._noise = 0
        exchange.failure = failure
        exchange.finished = True
        if exchange.unsent is not None and failure is None:
            # The peer has answered without reading the whole request: the rest is not sent.
            self.outgoing += frames.reset(exchange.stream, frames.NO_ERROR)
        self._close_if_done()
        exchange.finish(exchange)


READERS: dict[int, Callable[[Connection, int, int, bytes], None]] = {
    frames.DATA: Connection._read_data,
    frames.HEADERS: Connection._read_headers,
    frames.RST_STREAM: Connection._read_reset,
    frames.SETTINGS: Connection._read_settings,
    frames.PUSH_PROMISE: Connection._read_push,
    frames.PING: Connection._read_ping,
    frames.GOAWAY: Connection._read_goaway,
    frames.WINDOW_UPDATE: Connection._read_window_update,
    frames.CONTINUATION: Connection._read_continuation,
}
