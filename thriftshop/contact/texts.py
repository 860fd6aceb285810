"""Texts about people, as they are kept: trimmed, in Unicode's composed form, and with something to see in them."""

import re
import unicodedata

from idl import common

UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
# Characters that change the direction of what follows: a name could rewrite the sentence that it stands in.
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Letters and symbols by their category that leave a blank: Hangul fillers and the empty Braille pattern.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def is_visible(text: str) -> bool:
    """Whether a text shows anything: zero-width characters, blanks and marks without a letter show nothing."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in BLANKS for one in text)


def optional(text: str, field: str, longest: int, what: str) -> str:
    """The text as it is kept; empty where there is nothing to see in it.

    Raises common.InvalidInput where it is longer than `longest` characters or holds what cannot be printed.
    """
    composed = re.sub(r" {2,}", " ", unicodedata.normalize("NFC", text)).strip()
    if any(unicodedata.category(one) in UNPRINTABLE or one in DIRECTIONS for one in composed):
        raise common.InvalidInput(
            message=f"{what} holds line breaks or control characters; leave them out.", field=field
        )
    if len(composed) > longest:
        raise common.InvalidInput(
            message=f"{what} has {len(composed):,} characters; {longest} is the most.", field=field
        )
    return composed if is_visible(composed) else ""


def required(text: str, field: str, longest: int, what: str) -> str:
    """As `optional`, for what may not be empty."""
    found = optional(text, field, longest, what)
    if not found:
        raise common.InvalidInput(message=f"{what} is missing.", field=field)
    return found
