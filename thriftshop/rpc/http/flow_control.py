"""The bodies of requests on their way out, as far as the peer's windows let them."""

from collections.abc import Iterable

from thriftshop.rpc.http import frames
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.http.frames import Violation


class Windows:
    """What the peer takes: on the whole connection, and to begin with on each stream."""

    def __init__(self) -> None:
        self.whole = self.initial = frames.DEFAULT_WINDOW

    def let_out(self, exchange: Exchange) -> bytes:
        """The frames of what may be sent now of a request's body."""
        rest, written = exchange.unsent, b""
        while rest is not None and (size := min(len(rest), self.whole, exchange.window, frames.LARGEST_FRAME)) > 0:
            last = size == len(rest)
            written += frames.frame(frames.DATA, frames.END_STREAM * last, exchange.stream, rest[:size])
            self.whole -= size
            exchange.window -= size
            rest = None if last else rest[size:]
        exchange.unsent = rest
        return written

    def let_all_out(self, exchanges: Iterable[Exchange]) -> bytes:
        """The frames of what may be sent now of all bodies."""
        return b"".join(self.let_out(exchange) for exchange in exchanges if exchange.unsent is not None)

    def widen(self, size: int) -> None:
        """The peer takes more on the whole. Raises Violation for what cannot be."""
        self.whole += size
        _check(size, self.whole)

    def widen_one(self, exchange: Exchange, size: int) -> None:
        """The peer takes more of one request. Raises Violation for what cannot be."""
        exchange.window += size
        _check(size, exchange.window)

    def resize(self, size: int, exchanges: Iterable[Exchange]) -> None:
        """The peer takes more or less of each request. Raises Violation for what cannot be."""
        change = size - self.initial
        self.initial = size
        _check(1, size)
        for exchange in exchanges:
            exchange.window += change
            _check(1, exchange.window)


def _check(size: int, window: int) -> None:
    if size == 0 or window > frames.LARGEST_WINDOW:
        raise Violation(frames.FLOW_CONTROL_ERROR, "a window that cannot be")
