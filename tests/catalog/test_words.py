"""Words to look for, and what a mistyped one may have meant."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import words

letters = st.text("abcdefghijklmnop", min_size=4, max_size=14)


@given(st.text(max_size=3000))
def test_any_text_gives_a_dozen_words_at_most(text):
    found = words.terms(text)
    assert len(found) <= words.MAX_TERMS
    assert all(term.isalnum() and len(term) <= words.MAX_TERM_LENGTH for term in found)


def test_words_are_folded_and_named_once():
    assert words.terms("Lamp, LAMP & “Büro-Lampe”!") == ["lamp", "buro", "lampe"]


def test_other_signs_mean_nothing():
    assert words.terms("\" OR * NEAR( ') -- 🪑 \x00") == ["or", "near"]


def mistakes(word, rnd):
    place = rnd.randrange(len(word) - 1)
    return [
        word[:place] + word[place + 1 :],
        word[:place] + "z" + word[place:],
        word[:place] + "z" + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    ]


@given(letters, st.integers(0, 2**32))
def test_a_word_with_one_mistake_shares_a_form_with_the_word(word, seed):
    for mistyped in mistakes(word, random.Random(seed)):
        if len(mistyped) >= 4:
            assert words.forms(word) & words.forms(mistyped)
            assert word in words.nearest(mistyped, [word])


@given(letters, letters)
def test_distance_is_the_same_both_ways(one, other):
    assert words.distances(one, other)[0] == words.distances(other, one)[0]
    assert words.distances(one, one) == (0, 0)


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
def test_what_counts_as_near(term, word, near):
    assert (words.nearest(term, [word]) == [word]) is near


def test_the_nearest_comes_first():
    assert words.nearest("lamps", ["lamp", "lamps", "lampshade", "clamps"])[0] == "lamps"
