"""Files for machines: the registry as JSON, the events as AsyncAPI, IDL files, the GraphQL schema."""

import hashlib
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from apps.registry import access, asyncapi, document, places, schema
from apps.registry.pages import frame
from thriftshop import contracts

TEXT = "text/plain; charset=utf-8"


@access.page
def about(request: HttpRequest) -> HttpResponse:
    """The page that lists the files."""
    context = {"idl": [(contract.path, places.idl_file(contract)) for contract in contracts.live()]}
    return frame.show(request, "machines", [frame.Crumb("For machines", reverse("registry:machines"))], context)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "registry.json": (document.text, "application/json"),
    "registry.schema.json": (document.SHAPE.read_bytes, "application/schema+json"),
    "asyncapi.json": (asyncapi.text, "application/json"),
    "schema.graphql": (lambda: schema.text().encode(), TEXT),
}


@access.file
def named(request: HttpRequest, file: str) -> HttpResponse:
    """One of `FILES`."""
    document, content_type = FILES[file]
    return _sent(request, document(), content_type)


@access.file
def idl_text(request: HttpRequest, file: str) -> HttpResponse:
    """The IDL file of a contract. Only registered paths are served."""
    for contract in contracts.live():
        if contract.path == file:
            return _sent(request, contract.text.encode(), TEXT)
    return HttpResponse(f"There is no idl/{file}.\n", status=404, content_type=TEXT)


def _sent(request: HttpRequest, body: bytes, content_type: str) -> HttpResponse:
    """A file with its ETag; 304 if the client has it already."""
    etag = quote_etag(_digest(body))
    response = HttpResponse(body, content_type=content_type, headers={"ETag": etag})
    answered = get_conditional_response(request, etag=etag, response=response)
    if not isinstance(answered, HttpResponse):
        raise TypeError("Expected a response.")
    return answered


@lru_cache(maxsize=64)
def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
