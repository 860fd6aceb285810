"""What a full-text index is asked for, whichever database holds it."""

from collections.abc import Sequence
from typing import NamedTuple


class Term(NamedTuple):
    """A word to find, or any word that begins with it."""

    word: str
    is_prefix: bool


# All of these, of each any one.
Query = Sequence[Sequence[Term]]


class Row(NamedTuple):
    """The words of a product, folded, by what they count."""

    product_id: int
    name: str
    sku: str
    traits: str
    category: str
    description: str


def beginning(word: str) -> Term:
    """The term for a word that may not be finished; a single letter begins too many words to mean anything."""
    return Term(word, len(word) > 1)


def exactly(word: str) -> Term:
    """The term for a whole word."""
    return Term(word, False)
