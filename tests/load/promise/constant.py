"""A server that answers every request with the same 7.1 kB, for measuring load generators."""

import asyncio
import sys

PORT = 9_871
BODY = b'{"data":{"products":{"edges":[' + b",".join([b'{"node":{"name":"' + b"x" * 320 + b'"}}'] * 20) + b"]}}}"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Constant(asyncio.Protocol):
    """Counts the requests in what arrives; their bodies are short and have no empty lines."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers a request once its body, a JSON object, has ended."""
        self.received += data
        if self.transport is not None and self.received.endswith(b"}"):
            self.received = b""
            self.transport.write(ANSWER)


async def main() -> None:
    """Serves until it is ended."""
    server = await asyncio.get_running_loop().create_server(Constant, "127.0.0.1", PORT, backlog=1024)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
