"""The explorer: a page to write and run operations by hand and to read the schema; in development only.

It is GraphiQL where its files are among the static ones (settings/development.py), and else a page of our own.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from thriftshop.graphql.http import Response

HERE = Path(__file__).parent
Example = Mapping[str, Any]
# GraphiQL 2.4.7 and React 17.0.2, byte for byte as npm has them but for a line's end: a browser runs nothing else.
GRAPHIQL = {
    "graphiql/graphiql.min.css": "sha256-xs1Lg/AcXh/0l113vJVxhNzm3sAVX7+cxNkZDrqKe50=",
    "graphiql/react.production.min.js": "sha256-Ipu/TQ50iCCVZBUsZyNJfxrDk0E2yhaEIz0vqI+kFG8=",
    "graphiql/react-dom.production.min.js": "sha256-nbMykgB6tsOFJ7OdVmPpdqMFVk4ZsqWocT6issAPUF0=",
    "graphiql/graphiql.min.js": "sha256-xWTeBbldGE4sW6XOryY1gh9r+S8tV3e3TZEAT/a1kdE=",
}
NOTHING_ELSE = "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page(examples: Sequence[Example]) -> Response:
    """The page: it needs nothing from any other place, and is allowed nothing else."""
    html, policy = _graphiql() if all(map(finders.find, GRAPHIQL)) else _own()
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
def _own() -> tuple[bytes, str]:
    """The page of our own, whole, and a policy that lets its own script and style alone run."""
    text = (HERE / "explorer.html").read_text()
    script, style = _digest(text, "script"), _digest(text, "style")
    return text.encode(), f"default-src 'none'; script-src {script}; style-src {style}; {NOTHING_ELSE}"


@lru_cache(maxsize=1)
def _graphiql() -> tuple[bytes, str]:
    """GraphiQL's page, and a policy that lets its own files from here alone run."""
    text = (HERE / "graphiql.html").read_text()
    script, style = _digest(text, "script"), _digest(text, "style")
    files = {name: f'"{static(name)}" integrity="{digest}"' for name, digest in GRAPHIQL.items()}
    styles = [f'<link rel="stylesheet" href={file}>' for name, file in files.items() if name.endswith(".css")]
    scripts = [f"<script src={file}></script>" for name, file in files.items() if name.endswith(".js")]
    text = text.replace("<!-- styles -->", "\n".join(styles)).replace("<!-- scripts -->", "\n".join(scripts))
    # What GraphiQL's fonts are made of stands in its style sheet as data.
    policy = f"default-src 'none'; script-src 'self' {script}; style-src 'self' {style}; font-src data:; {NOTHING_ELSE}"
    return text.encode(), policy


def _digest(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    content = found[1] if found else ""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
