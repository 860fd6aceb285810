"""Full-text queries and rows, independent of the database."""

from collections.abc import Sequence
from typing import NamedTuple


class Term(NamedTuple):
    """A word to find, or any word that begins with it."""

    word: str
    is_prefix: bool


# All of these must match, each by any of its alternatives.
Query = Sequence[Sequence[Term]]


class Row(NamedTuple):
    """The words of a product, folded, by their weight in the ranking."""

    product_id: int
    name: str
    sku: str
    traits: str
    category: str
    description: str


def beginning(word: str) -> Term:
    """The term for a word that may be incomplete; a single letter is not a prefix, because too many words begin with it."""
    return Term(word, len(word) > 1)


def exactly(word: str) -> Term:
    """The term for a whole word."""
    return Term(word, False)
