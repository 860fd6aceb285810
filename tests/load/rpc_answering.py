"""The server that `tests.load.rpc` measures clients by: `python -m tests.load.rpc_answering PORT`."""

import asyncio
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
os.environ["CONTEXTS"] = "gateway"

SKUS = [f"SKU-{number:04d}" for number in range(20)]


def serve(port: int) -> None:
    """Answers every call with 20 products of some 250 bytes each, encoded anew each time."""
    import django

    django.setup()
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    from idl import catalog, common
    from thriftshop.rpc import messages, reflection

    method = reflection.methods(catalog.CatalogService)["get_products"]
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
        for sku in SKUS
    ]

    async def application(scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        incoming = messages.read_call(body)
        messages.read_arguments(incoming, method)
        answer = messages.write_reply(incoming, method.result_type(success=products))
        headers = [(b"content-type", b"application/x-thrift"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    server = Server(application, address="127.0.0.1", port=port, interface=Interfaces.ASGI, http=HTTPModes.auto)
    asyncio.run(server.serve())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
