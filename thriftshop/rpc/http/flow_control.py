"""The flow control of HTTP/2 (RFC 9113, section 5.2): request bodies are sent as far as the peer's windows allow."""

from collections.abc import Iterable

from thriftshop.rpc.http import frames
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.http.frames import Violation


class Windows:
    """The peer's windows: of the whole connection, and the initial one of each stream."""

    def __init__(self) -> None:
        self.whole = self.initial = frames.DEFAULT_WINDOW

    def frames_of(self, exchange: Exchange) -> bytes:
        """The DATA frames of a request that may be sent now."""
        rest, written = exchange.unsent, b""
        while rest is not None and (size := min(len(rest), self.whole, exchange.window, frames.MAX_FRAME)) > 0:
            last = size == len(rest)
            written += frames.frame(frames.DATA, frames.END_STREAM * last, exchange.stream, rest[:size])
            self.whole -= size
            exchange.window -= size
            rest = None if last else rest[size:]
        exchange.unsent = rest
        return written

    def frames_of_all(self, exchanges: Iterable[Exchange]) -> bytes:
        """The DATA frames of all requests that may be sent now."""
        return b"".join(self.frames_of(exchange) for exchange in exchanges if exchange.unsent is not None)

    def widen(self, size: int) -> None:
        """Widen the connection's window. Raises Violation for an invalid size."""
        self.whole += size
        _check(size, self.whole)

    def widen_stream(self, exchange: Exchange, size: int) -> None:
        """Widen a stream's window. Raises Violation for an invalid size."""
        exchange.window += size
        _check(size, exchange.window)

    def resize(self, size: int, exchanges: Iterable[Exchange]) -> None:
        """Change the initial window of every stream. Raises Violation for an invalid size."""
        change = size - self.initial
        self.initial = size
        _check(1, size)
        for exchange in exchanges:
            exchange.window += change
            _check(1, exchange.window)


def _check(size: int, window: int) -> None:
    if size == 0 or window > frames.MAX_WINDOW:
        raise Violation(frames.FLOW_CONTROL_ERROR, "an invalid window size")
