"""Names as they stand in addresses: `Mother's oak chest` becomes `mothers-oak-chest`."""

import itertools
import re
import unicodedata
from collections.abc import Callable

from idl import common

LONGEST = 120
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})


def folded(text: str) -> str:
    """The text in lower case without accents, as names are sorted: `Édition` becomes `edition`."""
    if text.isascii():
        return text.lower()
    plain = text
    for _ in range(2):  # what one sign stands for may itself be in capitals or have accents
        plain = unicodedata.normalize("NFKD", plain.casefold().translate(_LETTERS))
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain


def made_from(name: str) -> str:
    """A slug for a name; empty for a name without any Latin letter or digit."""
    ascii_only = folded(name).replace("'", "").replace("’", "").encode("ascii", "replace").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:LONGEST].rstrip("-")


def checked(slug: str) -> str:
    """The slug itself. Raises common.InvalidInput unless it is made of a-z, 0-9 and single hyphens."""
    if len(slug) > LONGEST or not _SLUG.fullmatch(slug):
        raise common.InvalidInput(
            message=f"{slug[:60]!r} is no name for an address: use a-z, 0-9 and single hyphens, {LONGEST} at most.",
            field="slug",
        )
    return slug


def candidates(name: str, addition: str) -> tuple[str, str]:
    """The slug of a name, and one that an addition (a SKU, the category above) tells apart from others of that name."""
    plain, extra = made_from(name), made_from(addition) or "item"
    if not plain:
        return extra, extra
    return plain, f"{plain[: LONGEST - len(extra) - 1].rstrip('-')}-{extra}"


def free(name: str, addition: str, is_taken: Callable[[str], bool]) -> str:
    """A slug for a name that is not taken: the name's own, else one with the addition, else one with a number too."""
    plain, longer = candidates(name, addition)
    for slug in (plain, longer):
        if not is_taken(slug):
            return slug
    numbered = (f"{longer[: LONGEST - 8]}-{number}" for number in itertools.count(2))
    return next(slug for slug in numbered if not is_taken(slug))
