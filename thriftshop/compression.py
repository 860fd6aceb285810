"""Compressed pages, by Django's own middleware."""

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
    """Compresses what is text. Images and messages of Thrift stay as they are: they would not get smaller, or not by much.

    Django adds a random length to each answer, so that its size does not tell of secrets in it (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed where it is text, long enough, and the client takes it."""
        if not response.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response
        return super().process_response(request, response)
