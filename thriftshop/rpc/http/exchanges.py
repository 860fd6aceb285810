"""One request and its response within an HTTP/2 connection."""

from collections.abc import Callable

from thriftshop.rpc.errors import RpcError
from thriftshop.rpc.http.headers import ResponseHead

UNANSWERED = ResponseHead(0)


class Exchange:
    """A request in flight; `finish` is called once with it, when the response is complete or `failure` is set."""

    __slots__ = ("chunks", "failure", "finish", "finished", "head", "size", "stream", "unsent", "window")

    def __init__(self, stream: int, window: int, finish: Callable[["Exchange"], None]) -> None:
        self.stream = stream
        self.window = window  # how many bytes the peer still accepts
        self.finish = finish
        self.finished = False
        self.failure: RpcError | None = None
        self.head = UNANSWERED
        self.chunks: list[bytes] = []
        self.size = 0  # how much of its window the response has used
        self.unsent: memoryview | None = None

    @property
    def body(self) -> bytes:
        """The response's body, as far as it was received."""
        return self.chunks[0] if len(self.chunks) == 1 else b"".join(self.chunks)
