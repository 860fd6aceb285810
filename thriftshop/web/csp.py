"""The Content-Security-Policy of every page: resources of this origin only, nothing inline, no frames."""

import base64
import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
LAST = "base-uri 'none'; frame-ancestors 'none'"
# For responses that are not pages: they may load nothing and submit nothing.
NOTHING = f"default-src 'none'; form-action 'none'; {LAST}"
INLINE = re.compile(r"<(style|script)(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL)


class ContentSecurityPolicy:
    """Adds the policy to every response, including redirects and errors, unless the view has set one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if HEADER not in response:
            response[HEADER] = _debug_page(response) if settings.DEBUG and response.status_code >= 400 else pages()
        return response


def pages() -> str:
    """The policy of pages: styles, scripts and images of this origin, and images of the origin of MEDIA_URL."""
    return policy(style=["'self'"], script=["'self'"], img=["'self'", *_media_origin()])


def policy(*, style: Iterable[str], script: Iterable[str], img: Iterable[str], more: str = "") -> str:
    """A policy with these sources of styles, scripts and images."""
    return (
        f"default-src 'none'; style-src {' '.join(style)}; script-src {' '.join(script)}; img-src {' '.join(img)};"
        f" connect-src 'self'; form-action 'self'; {more}{LAST}"
    )


def digest(content: str) -> str:
    """The source expression for an inline style or script with exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _media_origin() -> list[str]:
    """The origin of uploaded images, if it is another one."""
    parts = urlsplit(settings.MEDIA_URL)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def _debug_page(response: HttpResponse) -> str:
    """The policy of Django's debug pages, which have an inline style and script."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return pages()
    compressed = response.get("Content-Encoding") == "gzip"
    body = gzip.decompress(response.content) if compressed else response.content
    inline: dict[str, list[str]] = {"style": ["'self'"], "script": ["'self'"]}
    for tag, content in INLINE.findall(body.decode(errors="replace")):
        inline[tag].append(digest(content))
    return policy(style=inline["style"], script=inline["script"], img=["'self'", "data:", *_media_origin()])
