"""Content negotiation: the media type of a response, by the request's Accept header."""

from functools import lru_cache

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
EVENT_STREAM = "text/event-stream"
# Clients send few different headers, and reading one takes longer than finding its answer here.
MAX_KNOWN_HEADERS = 128


@lru_cache(maxsize=MAX_KNOWN_HEADERS)
def chosen(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered type that the client prefers, the first one of equals; None if it accepts none of them."""
    if not accept.strip():
        return JSON
    best, best_quality = None, 0.0
    ranges = [_range(part) for part in accept.split(",")[:50]]
    for kind in offered:
        _, quality = max(_matches(kind, ranges), default=(0, 0.0))  # the most specific range decides
        if quality > best_quality:
            best, best_quality = kind, quality
    return best


def _matches(kind: str, ranges: list[tuple[str, float]]) -> list[tuple[int, float]]:
    """The specificity of each matching range (3 for `a/b`, 2 for `a/*`, 1 for `*/*`), with its quality."""
    family = kind.partition("/")[0] + "/*"
    specificity = {kind: 3, family: 2, "*/*": 1}
    return [(specificity[name], quality) for name, quality in ranges if name in specificity]


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
        elif key.strip() == "charset" and value.strip('" ') not in ("utf-8", "utf8"):
            quality = 0.0
    return name, quality


@lru_cache(maxsize=MAX_KNOWN_HEADERS)
def is_json(content_type: str) -> bool:
    """Whether a content type is JSON in UTF-8."""
    name, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    charsets = [
        value.strip('" ')
        for key, _, value in (parameter.partition("=") for parameter in parameters)
        if key.strip() == "charset"
    ]
    return name == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)
