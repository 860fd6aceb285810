"""Compression of pages by Django's middleware."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/javascript",
    "application/graphql-response+json",
    "application/schema+json",
    "image/svg+xml",
)


class TextCompression(GZipMiddleware):
    """Compresses text. Images and Thrift messages would not get much smaller.

    Django adds a random length to each response, so that its size does not reveal secrets (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the response if it is text and long enough, and the client accepts it."""
        if not response.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response
        return super().process_response(request, response)
