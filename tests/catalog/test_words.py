"""The terms of a search text, and the words that resemble a mistyped one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import words

letters = st.text("abcdefghijklmnop", min_size=4, max_size=14)


@given(st.text(max_size=3000))
def test_any_text_gives_at_most_twelve_terms(text):
    terms = words.terms(text)
    assert len(terms) <= words.MAX_TERMS
    assert all(term.isalnum() and len(term) <= words.MAX_TERM_LENGTH for term in terms)


def test_terms_are_folded_and_unique():
    assert words.terms("Lamp, LAMP & “Büro-Lampe”!") == ["lamp", "buro", "lampe"]


def test_punctuation_is_ignored():
    assert words.terms("\" OR * NEAR( ') -- 🪑 \x00") == ["or", "near"]


def mistakes(word, generator):
    index = generator.randrange(len(word) - 1)
    return [
        word[:index] + word[index + 1 :],
        word[:index] + "z" + word[index:],
        word[:index] + "z" + word[index + 1 :],
        word[:index] + word[index + 1] + word[index] + word[index + 2 :],
    ]


@given(letters, st.integers(0, 2**32))
def test_a_word_with_one_mistake_shares_a_form_with_the_word(word, seed):
    for mistyped in mistakes(word, random.Random(seed)):
        if len(mistyped) >= 4:
            assert words.forms(word) & words.forms(mistyped)
            assert word in words.nearest(mistyped, [word])


@given(letters, letters)
def test_the_edit_distance_is_symmetric(word, other):
    assert words.distances(word, other)[0] == words.distances(other, word)[0]
    assert words.distances(word, word) == (0, 0)


@pytest.mark.parametrize(
    ("term", "word", "near"),
    [
        ("lmap", "lamp", True),
        ("chesterfeild", "chesterfield", True),
        ("chestrf", "chesterfield", True),
        ("cat", "cut", False),
        ("1850", "1851", False),
        ("table", "cradle", False),
    ],
)
def test_similar_words_are_recognised(term, word, near):
    assert (words.nearest(term, [word]) == [word]) is near


def test_the_nearest_words_come_first():
    assert words.nearest("lamps", ["lamp", "lamps", "lampshade", "clamps"])[0] == "lamps"
