"""A client of a WebSocket that this process serves, without a server: for tests of when operations run."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from thriftshop.graphql import gateways
from thriftshop.graphql.live.socket import Socket


@contextmanager
def serving(settings: Any, gateway: str) -> Iterator[None]:
    """Serve the gateway of this name."""
    settings.GRAPHQL_GATEWAY = gateway
    settings.ALLOWED_HOSTS = ["testserver"]
    gateways.gateway.cache_clear()
    yield
    gateways.gateway.cache_clear()


class Client:
    """A client of a socket in this process."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {"type": "websocket", "path": "/graphql", "subprotocols": ["graphql-transport-ws"], "query_string": b""}
        scope |= {"headers": [(b"host", b"testserver")], "client": ("192.0.2.7", 1)}
        self.serving = asyncio.create_task(Socket()(scope, self.sent.get, self.received.put))
        self.sent.put_nowait({"type": "websocket.connect"})

    async def send(self, type_: str, id_: str = "", **payload: Any) -> None:
        """Send a message."""
        message = {"type": type_, "id": id_, "payload": payload}
        await self.sent.put({"type": "websocket.receive", "text": orjson.dumps(message).decode()})

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(10):
            message: dict[str, Any] = orjson.loads((await self.received.get())["text"])
            return message

    async def code_of(self, id_: str) -> str:
        """The code of the error with which an operation ends."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("error", id_)
        return str(message["payload"][0]["extensions"]["code"])

    async def abandon(self, id_: str, text: str) -> None:
        """Start an operation, and complete it while it runs."""
        await self.send("subscribe", id_, query=text)
        await asyncio.sleep(0.01)
        await self.send("complete", id_)

    async def close(self) -> None:
        """Close the connection."""
        self.sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.gather(self.serving, return_exceptions=True)


async def connected() -> Client:
    """A client with an initialised connection."""
    client = Client()
    assert (await client.received.get())["type"] == "websocket.accept"
    await client.send("connection_init")
    assert (await client.receive())["type"] == "connection_ack"
    return client
