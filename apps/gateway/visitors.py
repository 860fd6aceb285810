"""The visitor's id: random, chosen by the client after consent, and sent as a header or a first-party cookie.

The gateway sets no cookie itself, and ignores the id where the client does not want to be tracked.
"""

import re
from collections.abc import Mapping

NAME = "visitor"
VISITOR = re.compile(r"[A-Za-z0-9_-]{16,64}")
MAX_COOKIES = 4_096


def objects(headers: Mapping[str, str]) -> bool:
    """Whether the client objects to tracking: Do Not Track, or Global Privacy Control."""
    return headers.get("dnt") == "1" or headers.get("sec-gpc") == "1"


def visitor_of(headers: Mapping[str, str]) -> str | None:
    """The visitor's id; None without a valid one, and where the client objects to tracking. Header names are lower case."""
    if objects(headers):
        return None
    visitor = headers.get(NAME) or _cookie(headers.get("cookie", ""))
    return visitor if visitor and VISITOR.fullmatch(visitor) else None


def _cookie(text: str) -> str | None:
    if NAME not in text or len(text) > MAX_COOKIES:
        return None
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name == NAME:
            return value
    return None
