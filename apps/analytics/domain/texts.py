"""Texts in tracked events: limits, spelling, and the removal of what may identify a person."""

import re
from collections.abc import Callable, Mapping

from apps.analytics.domain.refusals import Invalid, Reason
from idl import analytics
from thriftshop import skus

REMOVED = "[removed]"
# E-mail addresses, and numbers as long as those of telephones and cards.
PERSONAL = re.compile(r"\S+@\S+|\+?\d(?:[\s().-]?\d){6,}")
BLANKS = re.compile(r"\s+")
# As long as the ids of carts.
ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
HOST = re.compile(r"[a-z0-9.:-]{1,255}")


def check_length(value: str, field: str) -> None:
    """Raise Invalid for a text that is too long."""
    if len(value) > analytics.MAX_TEXT:
        problem = f"{field} has {len(value):,} characters; at most {analytics.MAX_TEXT} are allowed."
        raise Invalid(Reason.TOO_LONG, problem)


def free_text(value: str, field: str) -> str:
    """A text without blanks in excess, e-mail addresses and long numbers."""
    return PERSONAL.sub(REMOVED, BLANKS.sub(" ", value.replace("\0", "")).strip())


def search_term(value: str, field: str) -> str:
    """A search in lower case, so that spellings are counted together."""
    return free_text(value, field).lower()


def path(value: str, field: str) -> str:
    """The path of a page without query and fragment, which may contain tokens."""
    plain = free_text(re.split(r"[?#]", value, maxsplit=1)[0], field)
    if not plain.startswith("/"):
        raise Invalid(Reason.INVALID, f"{field} must begin with /, as in /category/mugs.")
    return plain


def host(value: str, field: str) -> str:
    """A host name in lower case."""
    name = value.strip().lower()
    if not HOST.fullmatch(name):
        raise Invalid(Reason.INVALID, f"{field} must be a host name, such as www.example.com.")
    return name


def sku(value: str, field: str) -> str:
    """A SKU in its canonical form."""
    if not skus.is_valid(value):
        raise Invalid(Reason.INVALID, f"{field} must have 1 to 64 characters of A-Z a-z 0-9 . _ -.")
    return skus.canonical(value)


def identifier(value: str, field: str) -> str:
    """An id of the shop."""
    if not ID.fullmatch(value):
        raise Invalid(Reason.INVALID, f"{field} is not an id.")
    return value


# By the name of the field; all others are free text.
RULES: Mapping[str, Callable[[str, str], str]] = {
    "query": search_term,
    "refined_from": search_term,
    "path": path,
    "referrer": host,
    "sku": sku,
    "skus": sku,
    "cart_id": identifier,
}


def clean(value: str, field: str) -> str:
    """The text as it is recorded. Raises Invalid for one that is too long or does not fit its field."""
    check_length(value, field)
    # JSON may have half of a character.
    return RULES.get(field, free_text)(value.encode(errors="replace").decode(), field)
