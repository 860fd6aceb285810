"""What is remembered until the catalog changes."""

import pytest
from django.db import transaction

from apps.catalog.models import revision
from apps.catalog.service import remembered, writing
from idl import catalog
from tests import acting
from tests.catalog import factories
from thriftshop import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def values():
    """Remembered values of a total size of three, without the others of this process."""
    values = remembered.Remembered(3, lambda value: value)
    yield values
    remembered.instances.remove(values)


def facets(**conditions) -> dict[str, dict[str, int]]:
    with acting.as_stranger():
        listed = factories.service().get_facets(catalog.ProductFilter(**conditions), [])
    return {facet.code: {value.name: value.count for value in facet.values} for facet in listed}


def test_a_value_is_made_once_until_the_catalog_changes(values):
    made = iter(range(1, 9))
    assert [values.get("a", lambda: next(made)) for _ in range(3)] == [1, 1, 1]
    factories.product()
    assert [values.get("a", lambda: next(made)) for _ in range(3)] == [2, 2, 2]


def test_the_values_used_last_are_kept_up_to_the_total_size(values):
    for key in "abac":
        values.get(key, lambda: 1)
    assert list(values._entries) == ["b", "a", "c"]
    values.get("d", lambda: 2)
    assert list(values._entries) == ["c", "d"]
    values.get("large", lambda: 4)
    assert list(values._entries) == []


def test_a_value_is_made_again_after_its_time(values):
    made = iter(range(1, 9))
    assert values.get("a", lambda: next(made), lambda _: clock.now() - 1) == 1
    assert values.get("a", lambda: next(made), lambda _: clock.now() + 60_000) == 2
    assert values.get("a", lambda: next(made)) == 2


def test_only_missing_values_are_made(values):
    asked = []

    def make(keys):
        asked.append(sorted(keys))
        return dict.fromkeys(keys, 1)

    assert values.get_many("ab", make) == values.get_many("ab", make) == {"a": 1, "b": 1}
    assert values.get_many("bc", make) == {"b": 1, "c": 1}
    assert asked == [["a", "b"], ["c"]]


def test_nothing_is_remembered_during_a_write(values):
    made = iter(range(1, 9))
    with writing.transaction():
        assert [values.get("a", lambda: next(made)) for _ in range(2)] == [1, 2]
    assert [values.get("a", lambda: next(made)) for _ in range(2)] == [3, 3]


def test_what_was_made_in_a_transaction_that_was_rolled_back_is_not_used(values):
    made = iter(range(1, 9))
    with transaction.atomic():
        with writing.transaction():
            pass
        assert [values.get("a", lambda: next(made)) for _ in range(2)] == [1, 1]
        transaction.set_rollback(True)
    with writing.transaction():
        pass
    assert values.get("a", lambda: next(made)) == 2


def test_facets_follow_the_products():
    factories.product(attributes=[factories.attribute("colour", "Red")])
    assert facets()["colour"] == {"Red": 1}
    factories.product(attributes=[factories.attribute("colour", "Red")])
    factories.product(attributes=[factories.attribute("colour", "Blue")])
    assert facets()["colour"] == {"Red": 2, "Blue": 1}


def test_every_write_gives_another_revision():
    tokens = [revision.current()]
    sku = factories.product()
    tokens.append(revision.current())
    factories.category("Toys")
    tokens.append(revision.current())
    with acting.as_staff("catalog"):
        factories.service().archive_products([sku])
    tokens.append(revision.current())
    assert len(set(tokens)) == 4


def test_staff_and_customers_get_their_own_facets():
    factories.product(status=factories.DRAFT, attributes=[factories.attribute("colour", "Red")])
    with acting.as_staff("catalog"):
        assert {facet.code for facet in factories.service().get_facets(catalog.ProductFilter(), [])} >= {"colour"}
    assert "colour" not in facets()


def test_repeated_facets_cost_one_query(django_assert_num_queries):
    factories.product(attributes=[factories.attribute("colour", "Red")])
    facets(query="chest")
    with django_assert_num_queries(1):
        facets(query="chest")
