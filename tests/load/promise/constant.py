"""A server that answers at once, always the same to each operation: for measuring load generators."""

import asyncio
import secrets
import sys
from collections import deque
from typing import Any

import orjson

PORT = 9_871
# 7.1 kB, as a list of 20 products.
LIST = {
    "products": {"edges": [{"node": {"name": "x" * 320, "price": 1, "stock": 1}}] * 20, "totalCount": 20, "facets": [1]}
}
CART = {"cart": {"version": 1, "itemCount": 1}}
ANSWERS = {
    b"mutation Add(": {"addToCart": {"__typename": "AddToCartSuccess", **CART}},
    b"mutation Set(": {"setCartQuantity": {"__typename": "SetCartQuantitySuccess", **CART}},
    b"mutation Cancel(": {"cancelOrder": {"__typename": "CancelOrderSuccess"}},
    b"mutation LogIn(": {"logIn": {"__typename": "LogInSuccess", "token": "x" * 43}},
    b"mutation LogOut ": {"logOut": {"__typename": "LogOutSuccess"}},
    b"query Cart(": {"cart": {"version": 1, "lines": []}},
    b"query Order(": {"order": {"id": "1", "status": "CANCELLED"}},
    b"query Profile ": {"viewer": {"name": "", "addresses": [1]}},
    b"mutation Track(": {"track": {"__typename": "TrackSuccess", "accepted": 1}},
    b"query Sessions ": {"sessions": {"nodes": [1]}},
}


def response(data: object) -> bytes:
    """An answer with this data."""
    body = orjson.dumps({"data": data})
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


ENCODED = {name: response(data) for name, data in ANSWERS.items()}
OTHER = response(LIST)
names: dict[bytes, str] = {}  # by session
orders: deque[dict[str, Any]] = deque(maxlen=100)


def answer(request: bytes) -> bytes:
    """The answer to a request; every order is another one, and listed afterwards."""
    start = request.find(b'{"query":"') + 10
    operation = request[start : start + 24]
    if operation.startswith(b"mutation Place("):
        orders.append({"id": secrets.token_hex(8), "number": "TS", "lines": [], "total": {"amount": 1}})
        return response({"placeOrder": {"__typename": "PlaceOrderSuccess", "order": orders[-1]}})
    if operation.startswith(b"mutation Rename("):
        names[_session(request)] = _value(request, b"name")
        return response({"updateProfile": {"__typename": "UpdateProfileSuccess"}})
    if operation.startswith(b"query Name "):
        return response({"viewer": {"name": names.get(_session(request), "")}})
    if operation.startswith(b"query Orders "):
        return response({"orders": {"nodes": list(orders)}})
    if operation.startswith(b"query Detail("):
        return response({"product": {"sku": _value(request, b"sku")}, **LIST})
    return next((data for name, data in ENCODED.items() if operation.startswith(name)), OTHER)


def _session(request: bytes) -> bytes:
    return request.partition(b"Authorization: ")[2].partition(b"\r")[0]


def _value(request: bytes, name: bytes) -> str:
    """The last variable with this name."""
    return request.rpartition(b'"%b":"' % name)[2].partition(b'"')[0].decode()


class Constant(asyncio.Protocol):
    """One connection; the requests are short, and end with the JSON object of their body."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request once its body has ended."""
        self.received += data
        if self.transport is not None and self.received.endswith(b"}"):
            self.transport.write(answer(self.received))
            self.received = b""


async def main() -> None:
    """Serve until it is ended."""
    server = await asyncio.get_running_loop().create_server(Constant, "127.0.0.1", PORT, backlog=1024)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
