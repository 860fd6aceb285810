"""Search terms: the words of a query, and the known words that resemble a mistyped one."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

from apps.catalog.domain import slugs

MAX_TERMS = 12
MAX_TERM_LENGTH = 40
_WORD = re.compile(r"[^\W_]+")
_PREFIX = 8  # long words are recognised by their first letters


def terms(text: str) -> list[str]:
    """The first MAX_TERMS different words of a query, folded. Other characters are ignored."""
    unique = dict.fromkeys(term[:MAX_TERM_LENGTH] for term in all_words(text[:2000]))
    return list(unique)[:MAX_TERMS]


def all_words(text: str) -> list[str]:
    """All words of a text, folded, in order."""
    return _WORD.findall(slugs.folded(unicodedata.normalize("NFKC", text)))


def allowed_errors(word: str) -> int:
    """How many letters may be wrong: none in a short word, one from four letters, two from eight."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < _PREFIX else 2


def forms(word: str) -> set[str]:
    """All variants of the word with up to the allowed number of letters left out. Similar words share a variant."""
    errors, stem = allowed_errors(word), word[:_PREFIX]
    if not errors:
        return set()
    return {
        "".join(letter for index, letter in enumerate(stem) if index not in omitted)
        for count in range(errors + 1)
        for omitted in combinations(range(len(stem)), count)
    }


def nearest(term: str, known: Iterable[str], limit: int = 8) -> list[str]:
    """The known words that resemble a term, nearest first; words with a similar prefix count as well."""
    ranked = sorted((distance, len(word), word) for word in known if (distance := _rank(term, word)) is not None)
    return [word for _, _, word in ranked[:limit]]


def _rank(term: str, word: str) -> float | None:
    to_word, to_prefix = distances(term, word)
    allowed = allowed_errors(term)
    if to_word <= allowed:
        return to_word
    # `chestrf` for `chesterfield`: an error in an unfinished word.
    return to_prefix + 0.5 if len(term) >= 5 and to_prefix <= min(allowed, 1) else None


def distances(term: str, word: str) -> tuple[int, int]:
    """The edit distance (with transpositions) from `term` to `word`, and to the nearest prefix of `word`."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for index, letter in enumerate(term, 1):
        last, before, row = before, row, [index]
        for other, candidate in enumerate(word, 1):
            cost = min(before[other] + 1, row[-1] + 1, before[other - 1] + (letter != candidate))
            if index > 1 and other > 1 and letter == word[other - 2] and term[index - 2] == candidate:
                cost = min(cost, last[other - 2] + 1)
            row.append(cost)
    return row[-1], min(row)
