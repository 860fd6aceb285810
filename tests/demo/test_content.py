"""The content: every thing complete, told apart from every other, and described in the shop's own words."""

import re

import pytest
from django.utils.text import slugify

from apps.demo import reading

CONTENT = reading.content()
LEAVES = {one.slug for one in CONTENT.categories} - {one.parent for one in CONTENT.categories}


def test_there_are_some_four_hundred_things():
    assert 400 <= len(CONTENT.things) <= 500


@pytest.mark.parametrize(
    "told_apart_by", [lambda t: t.sku, lambda t: t.name, lambda t: slugify(t.name), lambda t: t.description]
)
def test_no_two_things_are_the_same(told_apart_by):
    told = [told_apart_by(thing) for thing in CONTENT.things]
    assert len(set(told)) == len(told)


def test_every_thing_is_described_in_a_sentence_or_more():
    short = [t.sku for t in CONTENT.things if not (12 <= len(t.description) <= 400 and t.description[-1] in '.?!"')]
    assert short == []


def test_every_thing_stands_at_a_leaf_and_no_leaf_is_bare():
    count = dict.fromkeys(LEAVES, 0)
    for thing in CONTENT.things:
        count[thing.category] += 1
    assert min(count.values()) >= 7


def test_category_slugs_are_unique_and_the_tree_is_three_deep():
    slugs = [one.slug for one in CONTENT.categories]
    assert len(set(slugs)) == len(slugs)
    assert {len(one.path) for one in CONTENT.categories} == {1, 2, 3}


def test_every_attribute_is_one_of_its_part_of_the_shop_and_every_value_in_the_vocabulary():
    slips = [
        (thing.sku, code, value)
        for thing in CONTENT.things
        for code, value in thing.attributes.items()
        if code not in CONTENT.allowed[CONTENT.root_of(thing.category)] or value not in CONTENT.attributes[code].values
    ]
    assert slips == []


def test_no_word_of_the_vocabulary_is_idle():
    used = {(code, value) for thing in CONTENT.things for code, value in thing.attributes.items()}
    idle = {(a.code, value) for a in CONTENT.attributes.values() for value in a.values} - used
    assert idle == set()


def test_every_thing_has_a_colour_a_material_an_era_and_a_condition():
    bare = [t.sku for t in CONTENT.things if not {"colour", "material", "era", "condition"} <= set(t.attributes)]
    assert bare == []


def test_values_are_shown_as_people_write_them():
    assert CONTENT.attributes["colour"].label("multi") == "Many colours"
    assert CONTENT.attributes["material"].label("waxed cotton") == "Waxed cotton"
    assert CONTENT.attributes["size"].label("UK 10") == "UK 10"


def test_prices_are_more_than_nothing_and_follow_each_other():
    for thing in CONTENT.things:
        days = [ago for ago, _ in thing.prices]
        assert days == sorted(set(days), reverse=True), thing.sku
        assert min(days) > 0, thing.sku
        assert all(pence > 0 for _, pence in thing.prices), thing.sku


def test_the_price_of_many_things_changed():
    changed = [thing for thing in CONTENT.things if len(thing.prices) > 1]
    assert len(changed) > len(CONTENT.things) // 3


def test_there_is_something_of_everything_and_never_a_warehouse():
    assert all(1 <= thing.quantity <= 40 for thing in CONTENT.things)


def test_what_comes_by_the_boxful_came_again():
    boxed = next(thing for thing in CONTENT.things if thing.quantity >= 8)
    single = next(thing for thing in CONTENT.things if thing.quantity == 1)
    assert len(boxed.deliveries) == 2
    assert single.deliveries == ((single.listed, 1),)


def test_customers_are_told_apart_and_cannot_be_written_to():
    emails = [person.email for person in CONTENT.people]
    assert len(set(emails)) == len(emails)
    assert all(re.fullmatch(r"[a-z.]+@(example\.com|thriftshop\.example)", email) for email in emails)


def test_no_customer_lives_where_somebody_could():
    """The last two letters of a real postcode are never C, I, K, M, O or V."""
    assert all(re.fullmatch(r"[A-Z]{1,2}\d{1,2} \d[A-Z][CIKMOV]", person.postcode) for person in CONTENT.people)


def test_customers_look_at_leaves_that_there_are():
    assert all(set(person.likes) <= LEAVES for person in CONTENT.people)


def test_what_was_lost_counted_or_will_be_repriced_is_there():
    skus = {thing.sku for thing in CONTENT.things}
    named = [one.sku for one in (*CONTENT.losses, *CONTENT.counts)]
    assert set(named) | {sku for plan in CONTENT.plans for sku in plan.skus} <= skus
