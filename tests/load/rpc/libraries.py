"""Other people's HTTP clients in Python, each as one would use it; the messages are written and read by our own code."""

import asyncio
from typing import Any

from tests.load.rpc import measuring
from tests.load.rpc.measuring import DEADLINE_SECONDS, HEADERS, PATH, THREADS, Taken


def pyreqwest_loop(port: int, calls: int) -> Taken:
    """pyreqwest's asynchronous client."""
    measuring.prepare(port)
    from pyreqwest.client import ClientBuilder

    from thriftshop.rpc import messages

    method, args = measuring.message()
    client = ClientBuilder().http2_prior_knowledge().build()
    url = f"http://127.0.0.1:{port}{PATH}"

    async def ask():
        body = messages.write_call(method, args)
        answer = await client.post(url).headers(HEADERS).body_bytes(body).build().send()
        return messages.read_reply(method, bytes(await answer.bytes()))

    return measuring.on_a_loop(calls, ask)


def pyreqwest_threads(port: int, calls: int) -> Taken:
    """pyreqwest's synchronous client."""
    measuring.prepare(port)
    from pyreqwest.client import SyncClientBuilder

    from thriftshop.rpc import messages

    method, args = measuring.message()
    client = SyncClientBuilder().http2_prior_knowledge().build()
    url = f"http://127.0.0.1:{port}{PATH}"

    def ask():
        body = messages.write_call(method, args)
        answer = client.post(url).headers(HEADERS).body_bytes(body).build().send()
        return messages.read_reply(method, bytes(answer.bytes()))

    return measuring.on_threads(calls, THREADS, ask)


def httpx_loop(port: int, calls: int) -> Taken:
    """httpx over HTTP/2."""
    measuring.prepare(port)
    import httpx

    from thriftshop.rpc import messages

    method, args = measuring.message()
    client = httpx.AsyncClient(http1=False, http2=True, timeout=DEADLINE_SECONDS)
    url = f"http://127.0.0.1:{port}{PATH}"

    async def ask():
        answer = await client.post(url, content=messages.write_call(method, args), headers=HEADERS)
        return messages.read_reply(method, answer.content)

    return measuring.on_a_loop(calls, ask)


def thriftpy2_http(port: int, calls: int) -> Taken:
    """thriftpy2's own client over HTTP/1.1, one thread."""
    measuring.prepare(port)
    from thriftpy2.http import make_client

    from idl import catalog

    client = make_client(catalog.CatalogService, host="127.0.0.1", port=port, path=PATH, timeout=30_000)
    return measuring.on_threads(calls, 1, lambda: client.get_products(measuring.SKUS))


def grpc_loop(port: int, calls: int) -> Taken:
    """grpcio's asynchronous client, to grpcio's server: a message of gRPC's whose bytes are the Thrift message."""
    measuring.prepare(port)
    from grpc import aio

    from thriftshop.rpc import messages

    method, args = measuring.message()
    name = PATH.removeprefix("/thrift")
    metadata = [item for item in HEADERS.items() if item[0] != "content-type"]
    client: list[Any] = []

    async def ask():
        if not client:  # a channel belongs to the loop that it was made on
            client.append(aio.insecure_channel(f"127.0.0.1:{port}").unary_unary(name))
        call = client[0](messages.write_call(method, args), timeout=DEADLINE_SECONDS, metadata=metadata)
        return messages.read_reply(method, await call)

    return measuring.on_a_loop(calls, ask)


def jh2_loop(port: int, calls: int) -> Taken:
    """jh2, the state machine of h2 with its hot paths in Rust, on a socket by asyncio: the least around it that works."""
    measuring.prepare(port)
    from thriftshop.rpc import messages

    method, args = measuring.message()
    opening: list[asyncio.Future[Jh2]] = []

    async def ask():
        if not opening:
            opening.append(asyncio.ensure_future(Jh2.open(port)))
        connection = await opening[0]
        answer = await connection.exchange(messages.write_call(method, args))
        return messages.read_reply(method, answer)

    return measuring.on_a_loop(calls, ask)


class Jh2(asyncio.Protocol):
    """One connection for all calls of a loop; errors are raised, since this only measures."""

    WIDE = 2**24

    def __init__(self, port: int) -> None:
        from jh2 import config, connection, events

        self.events = events
        self.h2 = connection.H2Connection(config.H2Configuration(client_side=True, header_encoding=False))
        self.head = [
            (b":method", b"POST"),
            (b":scheme", b"http"),
            (b":authority", f"127.0.0.1:{port}".encode()),
            (b":path", PATH.encode()),
            *((name.encode(), value.encode()) for name, value in HEADERS.items()),
        ]
        self.waiting: dict[int, tuple[asyncio.Future[bytes], list[bytes]]] = {}
        self.flushing = False

    @classmethod
    async def open(cls, port: int) -> "Jh2":
        """A connection that has begun."""
        _, made = await asyncio.get_running_loop().create_connection(lambda: cls(port), "127.0.0.1", port)
        return made

    def connection_made(self, transport: Any) -> None:
        """Say hello."""
        from jh2.settings import SettingCodes

        self.transport = transport
        self.h2.local_settings[SettingCodes.INITIAL_WINDOW_SIZE] = self.WIDE
        self.h2.initiate_connection()
        self.h2.increment_flow_control_window(self.WIDE)
        self.flush()

    async def exchange(self, body: bytes) -> bytes:
        """The answer to a request with this body."""
        loop = asyncio.get_running_loop()
        stream = self.h2.get_next_available_stream_id()
        future: asyncio.Future[bytes] = loop.create_future()
        self.waiting[stream] = future, []
        length = (b"content-length", str(len(body)).encode())
        self.h2.send_headers(stream, [*self.head, length])
        self.h2.send_data(stream, body, end_stream=True)
        if not self.flushing:  # as our own: calls made together travel together
            self.flushing = True
            loop.call_soon(self.flush)
        return await asyncio.wait_for(future, DEADLINE_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Handle received data."""
        events = self.events
        for event in self.h2.receive_data(data):
            if isinstance(event, events.DataReceived):
                self.waiting[event.stream_id][1].append(event.data)
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, events.StreamEnded):
                future, parts = self.waiting.pop(event.stream_id)
                future.set_result(b"".join(parts))
            elif isinstance(event, events.StreamReset | events.ConnectionTerminated):
                raise SystemExit(f"The server ended it: {event}")
        self.flush()

    def flush(self) -> None:
        """Send pending data."""
        self.flushing = False
        if data := self.h2.data_to_send():
            self.transport.write(data)
