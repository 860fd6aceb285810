"""Texts about people: trimmed, in Unicode's composed form, and visible."""

import re
import unicodedata

from idl import common

UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
# Characters that change the direction of the text around them.
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Letters and symbols by category that are blank: Hangul fillers and the empty Braille pattern.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def is_visible(text: str) -> bool:
    """Whether a text is visible: zero-width characters, blanks and marks without a letter are not."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in BLANKS for character in text)


def optional(text: str, field: str, longest: int, label: str) -> str:
    """The normalised text; empty if it is not visible.

    Raises common.InvalidInput if it is longer than `longest` characters or has unprintable ones.
    """
    composed = re.sub(r" {2,}", " ", unicodedata.normalize("NFC", text)).strip()
    if any(unicodedata.category(character) in UNPRINTABLE or character in DIRECTIONS for character in composed):
        raise common.InvalidInput(message=f"{label} has line breaks or control characters; remove them.", field=field)
    if len(composed) > longest:
        raise common.InvalidInput(
            message=f"{label} has {len(composed):,} characters; the maximum is {longest}.", field=field
        )
    return composed if is_visible(composed) else ""


def required(text: str, field: str, longest: int, label: str) -> str:
    """As `optional`, for a text that must not be empty."""
    normalised = optional(text, field, longest, label)
    if not normalised:
        raise common.InvalidInput(message=f"{label} is missing.", field=field)
    return normalised
