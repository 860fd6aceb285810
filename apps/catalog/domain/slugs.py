"""Slugs: `Mother's oak chest` becomes `mothers-oak-chest`."""

import itertools
import re
import unicodedata
from collections.abc import Callable

from idl import common

MAX_LENGTH = 120
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})


def folded(text: str) -> str:
    """The text in lower case without accents, for sorting and searching: `Édition` becomes `edition`."""
    if text.isascii():
        return text.lower()
    plain = text
    for _ in range(2):  # the first pass may produce capitals or accents
        plain = unicodedata.normalize("NFKD", plain.casefold().translate(_LETTERS))
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain


def made_from(name: str) -> str:
    """A slug for a name; empty for a name without any Latin letter or digit."""
    ascii_only = folded(name).replace("'", "").replace("’", "").encode("ascii", "replace").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:MAX_LENGTH].rstrip("-")


def checked(slug: str) -> str:
    """The slug itself. Raises common.InvalidInput unless it is made of a-z, 0-9 and single hyphens."""
    if len(slug) > MAX_LENGTH or not _SLUG.fullmatch(slug):
        raise common.InvalidInput(
            message=f"{slug[:60]!r} is not a valid slug: use a-z, 0-9 and single hyphens, at most {MAX_LENGTH}.",
            field="slug",
        )
    return slug


def candidates(name: str, addition: str) -> tuple[str, str]:
    """The slug of a name, and one with an addition (a SKU, the parent category) for when it is taken."""
    plain, extra = made_from(name), made_from(addition) or "item"
    if not plain:
        return extra, extra
    return plain, f"{plain[: MAX_LENGTH - len(extra) - 1].rstrip('-')}-{extra}"


def free(name: str, addition: str, is_taken: Callable[[str], bool]) -> str:
    """A slug that is not taken: from the name, else with the addition, else with a number as well."""
    plain, longer = candidates(name, addition)
    for slug in (plain, longer):
        if not is_taken(slug):
            return slug
    numbered = (f"{longer[: MAX_LENGTH - 8]}-{number}" for number in itertools.count(2))
    return next(slug for slug in numbered if not is_taken(slug))
