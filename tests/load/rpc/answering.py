"""The servers that clients are measured by: `python -m tests.load.rpc.answering thrift|grpc PORT`.

Both answer every call with 20 products of some 250 bytes each, encoded each time: Granian by a Thrift message over HTTP, and
grpcio, whose client speaks to no other server, by the same Thrift message as the bytes of its own.
"""

import asyncio
import sys
from collections.abc import Callable

from tests.load.rpc import measuring


def answers() -> Callable[[bytes], bytes]:
    """From a call's message to its answer's."""
    import django

    django.setup()
    from idl import catalog, common
    from thriftshop.rpc import messages

    method, _ = measuring.message()
    products = [
        catalog.Product(
            sku=sku,
            slug=f"a-thing-{sku.lower()}",
            name="A small brass lamp with a shade",
            description="Made with care, kept in one family for years; shows honest wear. " * 2,
            status=catalog.ProductStatus.PUBLISHED,
            attributes=[],
            images=[],
            prices=[common.Money(amount=4999, currency="GBP")],
            version=3,
            created_at=1_700_000_000_000,
            updated_at=1_700_000_000_000,
        )
        for sku in measuring.SKUS
    ]

    def answer(body: bytes) -> bytes:
        incoming = messages.read_call(body)
        messages.read_arguments(incoming, method)
        return messages.write_reply(incoming, method.result_type(success=products))

    return answer


async def thrift(port: int) -> None:
    """By Granian, a Thrift message for a Thrift message."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    answer = answers()

    async def application(scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        written = answer(body)
        headers = [(b"content-type", b"application/x-thrift"), (b"content-length", str(len(written)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": written})

    server = Server(application, address="127.0.0.1", port=port, interface=Interfaces.ASGI, http=HTTPModes.auto)
    await server.serve()


async def grpc(port: int) -> None:
    """By grpcio, the same bytes."""
    from grpc import aio, method_handlers_generic_handler, unary_unary_rpc_method_handler

    answer = answers()

    async def get_products(body, context):
        return answer(body)

    _, service, method = measuring.PATH.lstrip("/").split("/")
    server = aio.server()
    handlers = {method: unary_unary_rpc_method_handler(get_products)}
    server.add_generic_rpc_handlers((method_handlers_generic_handler(service, handlers),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


SERVERS = {"thrift": thrift, "grpc": grpc}

if __name__ == "__main__":
    asyncio.run(SERVERS[sys.argv[1]](int(sys.argv[2])))
