"""Slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.domain import slugs
from idl import common


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Mother's oak chest", "mothers-oak-chest"),
        ("  Édition de luxe, 2 vol. ", "edition-de-luxe-2-vol"),
        ("Straße & Æther", "strasse-aether"),
        ("時計", ""),
        ("!!!", ""),
    ],
)
def test_a_slug_is_made_from_the_name(name, slug):
    assert slugs.made_from(name) == slug


@given(st.text(max_size=300))
def test_any_name_gives_a_valid_or_empty_slug(name):
    slug = slugs.made_from(name)
    assert slug == "" or slugs.checked(slug) == slug


@given(st.text(max_size=300))
def test_the_slug_of_a_slug_is_itself(name):
    slug = slugs.made_from(name)
    assert slugs.made_from(slug) == slug


@given(st.text(min_size=1, max_size=200), st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True), st.integers(0, 5))
def test_a_free_slug_is_valid_and_not_taken(name, sku, already_taken):
    used_slugs = set()
    for _ in range(already_taken + 1):
        slug = slugs.free(name, sku, used_slugs.__contains__)
        assert slug not in used_slugs
        assert slugs.checked(slug) == slug
        used_slugs.add(slug)


@pytest.mark.parametrize("slug", ["", "Oak", "oak--chest", "-oak", "oak chest", "é", "o" * 121])
def test_an_invalid_slug_is_refused(slug):
    with pytest.raises(common.InvalidInput) as refusal:
        slugs.checked(slug)
    assert refusal.value.field == "slug"


@given(st.text(max_size=50))
def test_folding_is_idempotent(text):
    assert slugs.folded(slugs.folded(text)) == slugs.folded(text)
