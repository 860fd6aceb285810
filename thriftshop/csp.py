"""The Content-Security-Policy of every page: its own files alone, nothing inline, nothing from elsewhere, never in a frame."""

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
# For answers that are no page: nothing may be loaded or sent from them.
NOTHING = f"default-src 'none'; form-action 'none'; {LAST}"
INLINE = re.compile(r"<(style|script)(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL)


class ContentSecurityPolicy:
    """Gives every response the policy, redirects and errors included, unless its view has set one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers the request."""
        response = self.get_response(request)
        if HEADER not in response:
            response[HEADER] = _explained(response) if settings.DEBUG and response.status_code >= 400 else pages()
        return response


def pages() -> str:
    """The policy of Django's pages: styles, scripts and pictures are files of this origin, or of the pictures' own."""
    return policy(style=["'self'"], script=["'self'"], img=["'self'", *_pictures()])


def policy(*, style: Iterable[str], script: Iterable[str], img: Iterable[str], more: str = "") -> str:
    """A policy with these sources of styles, scripts and pictures."""
    return (
        f"default-src 'none'; style-src {' '.join(style)}; script-src {' '.join(script)}; img-src {' '.join(img)};"
        f" connect-src 'self'; form-action 'self'; {more}{LAST}"
    )


def digest(content: str) -> str:
    """The source expression that allows an inline style or script of exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _pictures() -> list[str]:
    """The origin of uploaded pictures where that is not our own."""
    parts = urlsplit(settings.MEDIA_URL)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def _explained(response: HttpResponse) -> str:
    """The policy of an error: the page with which Django explains one to developers has its style and script inline."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return pages()
    compressed = response.get("Content-Encoding") == "gzip"
    body = gzip.decompress(response.content) if compressed else response.content
    inline: dict[str, list[str]] = {"style": ["'self'"], "script": ["'self'"]}
    for tag, content in INLINE.findall(body.decode(errors="replace")):
        inline[tag].append(digest(content))
    return policy(style=inline["style"], script=inline["script"], img=["'self'", "data:", *_pictures()])
