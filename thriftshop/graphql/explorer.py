"""The explorer: a page for writing and running operations and reading the schema, available while the schema is open.

It is GraphiQL if its static files are installed (settings/development.py), and otherwise our own page.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from thriftshop.graphql.http import Response
from thriftshop.web import csp

HERE = Path(__file__).parent
Example = Mapping[str, Any]
# The digests of GraphiQL 2.4.7 and React 17.0.2 (docs/decisions/0010-graphiql-from-a-python-package.md).
GRAPHIQL = {
    "graphiql/graphiql.min.css": "sha256-xs1Lg/AcXh/0l113vJVxhNzm3sAVX7+cxNkZDrqKe50=",
    "graphiql/react.production.min.js": "sha256-Ipu/TQ50iCCVZBUsZyNJfxrDk0E2yhaEIz0vqI+kFG8=",
    "graphiql/react-dom.production.min.js": "sha256-nbMykgB6tsOFJ7OdVmPpdqMFVk4ZsqWocT6issAPUF0=",
    "graphiql/graphiql.min.js": "sha256-xWTeBbldGE4sW6XOryY1gh9r+S8tV3e3TZEAT/a1kdE=",
}
# The inline style by which GraphiQL's dialogs prevent scrolling behind them.
NO_SCROLL = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='"
# GraphiQL's style sheet contains its fonts as data URLs.
POLICY = csp.policy(style=["'self'", NO_SCROLL], script=["'self'"], img=["'self'", "data:"], more="font-src data:; ")


def page(examples: Sequence[Example]) -> Response:
    """The page, with a policy that allows only resources of this origin."""
    html = _graphiql() if all(map(finders.find, GRAPHIQL)) else _page()
    examples_json = orjson.dumps(list(examples)).replace(b"<", b"\\u003c")
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "vary": "Accept",
    }
    return Response(200, html.replace(b'id="examples">[]<', b'id="examples">' + examples_json + b"<"), headers)


@lru_cache(maxsize=1)
def _page() -> bytes:
    """Our own page."""
    return _render("explorer.html", [_style("thriftshop/explorer.css")], [_script("thriftshop/explorer.js")])


@lru_cache(maxsize=1)
def _graphiql() -> bytes:
    """GraphiQL's page, with subresource integrity."""
    files = {name: f' integrity="{digest}"' for name, digest in GRAPHIQL.items()}
    styles = [_style(name, digest) for name, digest in files.items() if name.endswith(".css")]
    scripts = [_script(name, digest) for name, digest in files.items() if name.endswith(".js")]
    styles.append(_style("thriftshop/graphiql.css"))
    return _render("graphiql.html", styles, [*scripts, _script("thriftshop/graphiql.js")])


def _render(name: str, styles: Sequence[str], scripts: Sequence[str]) -> bytes:
    icon = f'<link rel="icon" href="{static("thriftshop/mark.svg")}" type="image/svg+xml">'
    parts = {"icon": icon, "styles": "\n".join(styles), "scripts": "\n".join(scripts)}
    text = (HERE / name).read_text()
    for part, markup in parts.items():
        text = text.replace(f"<!-- {part} -->", markup)
    return text.encode()


def _style(name: str, more: str = "") -> str:
    return f'<link rel="stylesheet" href="{static(name)}"{more}>'


def _script(name: str, more: str = "") -> str:
    return f'<script src="{static(name)}"{more}></script>'
