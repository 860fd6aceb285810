"""The content: every item is complete, distinct and described."""

import re

import pytest
from django.utils.text import slugify

from apps.demo import reading

CONTENT = reading.content()
LEAVES = {category.slug for category in CONTENT.categories} - {one.parent for one in CONTENT.categories}


def test_there_are_about_four_hundred_products():
    assert 400 <= len(CONTENT.items) <= 500


@pytest.mark.parametrize(
    "distinguishing_texts", [lambda t: t.sku, lambda t: t.name, lambda t: slugify(t.name), lambda t: t.description]
)
def test_no_two_products_are_the_same(distinguishing_texts):
    descriptions = [distinguishing_texts(item) for item in CONTENT.items]
    assert len(set(descriptions)) == len(descriptions)


def test_every_product_has_a_description():
    short = [t.sku for t in CONTENT.items if not (12 <= len(t.description) <= 400 and t.description[-1] in '.?!"')]
    assert short == []


def test_products_are_in_leaf_categories_and_no_leaf_is_empty():
    count = dict.fromkeys(LEAVES, 0)
    for item in CONTENT.items:
        count[item.category] += 1
    assert min(count.values()) >= 7


def test_category_slugs_are_unique_and_the_tree_is_three_deep():
    slugs = [one.slug for one in CONTENT.categories]
    assert len(set(slugs)) == len(slugs)
    assert {len(one.path) for one in CONTENT.categories} == {1, 2, 3}


def test_every_attribute_is_one_of_its_part_of_the_shop_and_every_value_in_the_vocabulary():
    slips = [
        (item.sku, code, value)
        for item in CONTENT.items
        for code, value in item.attributes.items()
        if code not in CONTENT.allowed[CONTENT.root_of(item.category)] or value not in CONTENT.attributes[code].values
    ]
    assert slips == []


def test_every_value_of_the_vocabulary_is_used():
    used = {(code, value) for item in CONTENT.items for code, value in item.attributes.items()}
    idle = {(a.code, value) for a in CONTENT.attributes.values() for value in a.values} - used
    assert idle == set()


def test_every_product_has_a_colour_a_material_an_era_and_a_condition():
    bare = [t.sku for t in CONTENT.items if not {"colour", "material", "era", "condition"} <= set(t.attributes)]
    assert bare == []


def test_values_are_shown_as_people_write_them():
    assert CONTENT.attributes["colour"].label("multi") == "Many colours"
    assert CONTENT.attributes["material"].label("waxed cotton") == "Waxed cotton"
    assert CONTENT.attributes["size"].label("UK 10") == "UK 10"


def test_prices_are_positive_and_in_order():
    for item in CONTENT.items:
        days = [ago for ago, _ in item.prices]
        assert days == sorted(set(days), reverse=True), item.sku
        assert min(days) > 0, item.sku
        assert all(pence > 0 for _, pence in item.prices), item.sku


def test_the_prices_of_many_products_change():
    changed = [item for item in CONTENT.items if len(item.prices) > 1]
    assert len(changed) > len(CONTENT.items) // 3


def test_quantities_are_small():
    assert all(1 <= item.quantity <= 40 for item in CONTENT.items)


def test_larger_quantities_have_a_second_delivery():
    boxed = next(item for item in CONTENT.items if item.quantity >= 8)
    single = next(item for item in CONTENT.items if item.quantity == 1)
    assert len(boxed.deliveries) == 2
    assert single.deliveries == ((single.listed, 1),)


def test_customers_are_distinct_and_have_undeliverable_addresses():
    emails = [person.email for person in CONTENT.people]
    assert len(set(emails)) == len(emails)
    assert all(re.fullmatch(r"[a-z.]+@(example\.com|thriftshop\.example)", email) for email in emails)


def test_no_customer_has_a_real_postcode():
    """The last two letters of a real postcode are never C, I, K, M, O or V."""
    assert all(re.fullmatch(r"[A-Z]{1,2}\d{1,2} \d[A-Z][CIKMOV]", person.postcode) for person in CONTENT.people)


def test_customers_like_existing_categories():
    assert all(set(person.likes) <= LEAVES for person in CONTENT.people)


def test_incidents_refer_to_existing_products():
    skus = {item.sku for item in CONTENT.items}
    named = [one.sku for one in (*CONTENT.losses, *CONTENT.counts)]
    assert set(named) | {sku for plan in CONTENT.plans for sku in plan.skus} <= skus
