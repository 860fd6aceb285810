"""A WebSocket client of few lines, which sends exactly the bytes that a test wants, and reads only when told to."""

import asyncio
import base64
import contextlib
import os
import socket
import struct
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

import orjson

TIMEOUT_SECONDS = 60.0
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
SUBPROTOCOL = "graphql-transport-ws"
T = TypeVar("T")
_writers: list[asyncio.StreamWriter] = []


async def close_all() -> None:
    """Close all connections of the running test."""
    while _writers:
        writer = _writers.pop()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def closing(test: Awaitable[T]) -> T:
    """Run a test, and close its connections whatever becomes of it."""
    try:
        return await test
    finally:
        await close_all()


class Refused(Exception):
    """The handshake was refused with this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Closed(Exception):
    """The server has closed the WebSocket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class WebSocket:
    """An open WebSocket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, subprotocol: str) -> None:
        self.reader, self.writer, self.subprotocol = reader, writer, subprotocol

    @classmethod
    async def open(
        cls,
        port: int,
        *,
        path: str = "/graphql",
        subprotocol: str = SUBPROTOCOL,
        headers: Mapping[str, str] | None = None,
        connected: socket.socket | None = None,
    ) -> "WebSocket":
        """Open a WebSocket. Raises Refused."""
        where = {"sock": connected, "limit": 4_096} if connected else {"host": "127.0.0.1", "port": port}
        reader, writer = await asyncio.open_connection(**where)
        _writers.append(writer)
        lines = {
            "Host": f"127.0.0.1:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **({"Sec-WebSocket-Protocol": subprotocol} if subprotocol else {}),
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        answer = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT_SECONDS)).decode()
        status = int(answer.split()[1])
        if status != 101:
            raise Refused(status)
        received = dict(line.lower().split(": ", 1) for line in answer.splitlines()[1:] if ": " in line)
        return cls(reader, writer, received.get("sec-websocket-protocol", ""))

    # -- frames
    async def send_frame(self, opcode: int, payload: bytes) -> None:
        """Send one masked frame."""
        size = len(payload)
        length = (
            bytes([0x80 | size])
            if size < 126
            else struct.pack("!BH", 0xFE, size)
            if size < 65_536
            else struct.pack("!BQ", 0xFF, size)
        )
        # The mask is zero: it need not hide anything here.
        self.writer.write(bytes([0x80 | opcode]) + length + bytes(4) + payload)
        await self.writer.drain()

    async def read_frame(self) -> tuple[int, bytes]:
        """Read one frame."""
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(size)

    # -- messages
    async def send(self, type_: str, id_: str = "", **payload: Any) -> None:
        """Send a message; without an id and a payload if they are empty."""
        content = {"type": type_, **({"id": id_} if id_ else {}), **({"payload": payload} if payload else {})}
        await self.send_frame(TEXT, orjson.dumps(content))

    async def receive_bytes(self) -> bytes:
        """The text of the next message; answers pings of the connection. Raises Closed."""
        while True:
            try:
                opcode, content = await self.read_frame()
            except (asyncio.IncompleteReadError, ConnectionError):
                raise Closed(1006, "") from None
            if opcode == CLOSE:
                code = struct.unpack("!H", content[:2])[0] if content else 1005
                raise Closed(code, content[2:].decode())
            if opcode == PING:
                await self.send_frame(PONG, content)
            elif opcode == TEXT:
                return content

    async def receive(self, seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """The next message but for pings, which it answers. Raises Closed, TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                message: dict[str, Any] = orjson.loads(await self.receive_bytes())
                if message["type"] != "ping":
                    return message
                await self.send("pong")

    async def closed(self, seconds: float = TIMEOUT_SECONDS) -> int:
        """The code with which the server closes the WebSocket; messages before are read over."""
        try:
            while True:
                await self.receive(seconds)
        except Closed as closed:
            return closed.code

    async def initialise(self, **payload: Any) -> None:
        """Initialise the connection."""
        await self.send("connection_init", **payload)
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, id_: str, query: str, **variables: Any) -> None:
        """Start an operation."""
        await self.send("subscribe", id_, query=query, variables=variables)

    async def next(self, id_: str, seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """The data of the next message, which must be a result of this operation."""
        message = await self.receive(seconds)
        assert (message["type"], message["id"]) == ("next", id_), message
        assert "errors" not in message["payload"], message
        data: dict[str, Any] = message["payload"]["data"]
        return data

    async def error(self, id_: str) -> str:
        """The code of the error with which this operation ends."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("error", id_), message
        return str(message["payload"][0]["extensions"]["code"])

    async def close(self, code: int = 1000) -> None:
        """Close the WebSocket from the client's side."""
        await self.send_frame(CLOSE, struct.pack("!H", code))
        await self.closed()
