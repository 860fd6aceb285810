"""Words to look for: what a text asks for, and which known words a mistyped one may have meant."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

from apps.catalog.domain import slugs

MOST_TERMS = 12
LONGEST_TERM = 40
_WORD = re.compile(r"[^\W_]+")
_PREFIX = 8  # long words are recognised by their first letters


def terms(text: str) -> list[str]:
    """The words of a query, folded, each once, the first dozen: whatever else is in the text means nothing."""
    found = dict.fromkeys(term[:LONGEST_TERM] for term in all_words(text[:2000]))
    return list(found)[:MOST_TERMS]


def all_words(text: str) -> list[str]:
    """All words of a text, folded, in order."""
    return _WORD.findall(slugs.folded(unicodedata.normalize("NFKC", text)))


def allowed_errors(word: str) -> int:
    """How many letters may be wrong: none in a short word, one from four letters, two from eight."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < _PREFIX else 2


def forms(word: str) -> set[str]:
    """The word with as many letters left out as may be wrong in it: two words that are near share one of these."""
    errors, stem = allowed_errors(word), word[:_PREFIX]
    if not errors:
        return set()
    return {
        "".join(letter for place, letter in enumerate(stem) if place not in left_out)
        for count in range(errors + 1)
        for left_out in combinations(range(len(stem)), count)
    }


def nearest(term: str, known: Iterable[str], most: int = 8) -> list[str]:
    """The known words that a term may have meant, the nearest first; begun words count as near too."""
    ranked = sorted((distance, len(word), word) for word in known if (distance := _rank(term, word)) is not None)
    return [word for _, _, word in ranked[:most]]


def _rank(term: str, word: str) -> float | None:
    whole, begun = distances(term, word)
    allowed = allowed_errors(term)
    if whole <= allowed:
        return whole
    # `chestrf` on the way to `chesterfield`: an error in a word that is not finished.
    return begun + 0.5 if len(term) >= 5 and begun <= min(allowed, 1) else None


def distances(term: str, word: str) -> tuple[int, int]:
    """How many letters must be added, dropped, changed or swapped with their neighbour to make `word` of `term`, and
    to make any beginning of it."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, letter in enumerate(term, 1):
        last, before, row = before, row, [place]
        for other, candidate in enumerate(word, 1):
            cost = min(before[other] + 1, row[-1] + 1, before[other - 1] + (letter != candidate))
            if place > 1 and other > 1 and letter == word[other - 2] and term[place - 2] == candidate:
                cost = min(cost, last[other - 2] + 1)
            row.append(cost)
    return row[-1], min(row)
