"""The explorer: a page to write and run operations by hand and to read the schema; in development only."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from thriftshop.graphql.http import Response

PAGE = Path(__file__).parent / "explorer.html"
Example = Mapping[str, Any]


def page(examples: Sequence[Example]) -> Response:
    """The page, whole: it needs nothing from anywhere else, and is allowed nothing else."""
    html, policy = _parts()
    shown = orjson.dumps(list(examples)).replace(b"<", b"\\u003c")
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "vary": "Accept",
    }
    return Response(200, html.replace(b'id="examples">[]<', b'id="examples">' + shown + b"<"), headers)


@lru_cache(maxsize=1)
def _parts() -> tuple[bytes, str]:
    """The page as it stands, and a policy that lets its own script and style alone run."""
    text = PAGE.read_text()
    script, style = _digest(text, "script"), _digest(text, "style")
    policy = (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src data:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return text.encode(), policy


def _digest(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    content = found[1] if found else ""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
