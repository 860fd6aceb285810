"""Which media type an answer has, by the request's Accept header."""

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"


def chosen(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered type that the client prefers; the first it likes equally; None where it takes none of them."""
    if not accept.strip():
        return JSON
    best, best_quality = None, 0.0
    wanted = [_range(part) for part in accept.split(",")[:50]]
    for kind in offered:
        _, quality = max(_matches(kind, wanted), default=(0, 0.0))  # the most exact range decides
        if quality > best_quality:
            best, best_quality = kind, quality
    return best


def _matches(kind: str, wanted: list[tuple[str, float]]) -> list[tuple[int, float]]:
    """How exactly each range names the type (3 by name, 2 by family, 1 as anything), with its quality."""
    family = kind.partition("/")[0] + "/*"
    exactness = {kind: 3, family: 2, "*/*": 1}
    return [(exactness[name], quality) for name, quality in wanted if name in exactness]


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


def is_json(content_type: str) -> bool:
    """Whether a request's body is JSON in UTF-8, as every client of GraphQL over HTTP may send it."""
    name, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    charsets = [
        value.strip('" ') for key, _, value in (one.partition("=") for one in parameters) if key.strip() == "charset"
    ]
    return name == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)
