"""The category tree."""

import pytest

from idl import catalog, common
from tests import acting
from tests.catalog import factories
from thriftshop.events import streams

pytestmark = pytest.mark.django_db


def put(category_id=None, name="Lamps", **fields):
    with acting.as_staff("catalog"):
        return factories.service().put_category(category_id, catalog.CategoryInput(name=name, **fields))


def tree():
    with acting.as_stranger():
        return factories.service().get_categories()


def test_the_tree_has_parents_before_children_and_siblings_by_name(transport):
    zoo, art = factories.category("Zoo"), factories.category("art")
    factories.category("Birds", zoo)
    factories.category("Apes", zoo)
    assert [one.name for one in tree()] == ["art", "Zoo", "Apes", "Birds"]
    assert tree()[2].path == [zoo, tree()[2].id]
    assert tree()[0].id == art


def test_counts_include_products_on_sale_in_descendants(transport):
    root = factories.category("Furniture")
    chairs = factories.category("Chairs", root)
    for parent in (root, chairs, chairs):
        factories.product(category_id=parent)
    factories.product(category_id=chairs, status=factories.DRAFT)
    assert [(one.name, one.product_count) for one in tree()] == [("Furniture", 3), ("Chairs", 2)]


def test_an_existing_slug_changes_the_category(transport):
    first = put(name="Lamps", slug="lamps", description="Light.")
    changed = put(name="Lights", slug="lamps")
    assert (changed.id, changed.name, changed.description) == (first.id, "Lights", "Light.")
    before = factories.stored_rows()
    assert put(name="Lights", slug="lamps") == changed
    assert factories.stored_rows() == before


def test_an_existing_name_below_the_same_parent_changes_the_category():
    root = factories.category("Women")
    assert factories.category("Shoes", root) == factories.category("Shoes", root)
    other = factories.category("Shoes", factories.category("Men"))
    assert [one.slug for one in tree() if one.name == "Shoes"] == ["shoes-men", "shoes"]
    assert tree()[1].id == other


def test_a_category_moves_with_its_descendants(transport):
    a, b = factories.category("A"), factories.category("B")
    branch = factories.category("Branch", a)
    leaf = factories.category("Leaf", branch)
    sku = factories.product("Thing", category_id=leaf)
    put(branch, "Branch", parent_id=b)
    assert [(one.name, one.path, one.product_count) for one in tree()] == [
        ("A", [a], 0),
        ("B", [b], 1),
        ("Branch", [b, branch], 1),
        ("Leaf", [b, branch, leaf], 1),
    ]
    assert factories.find(category_ids=[b]) == [sku]
    assert factories.find(category_ids=[a]) == []
    moved = streams.of("catalog").read({f"category-{leaf}": 1})[f"category-{leaf}"]
    assert [record.event.category.path for record in moved] == [[b, branch, leaf]]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"slug": "No Slug"}, "slug"),
        ({"description": "x" * 1001}, "description"),
        ({"parent_id": "nowhere"}, "parent_id"),
    ],
)
def test_invalid_input_is_refused_and_changes_nothing(transport, fields, field):
    before = factories.stored_rows()
    with pytest.raises(common.InvalidInput) as refusal:
        put(**{"name": "Lamps", **fields})
    assert refusal.value.field == field
    assert factories.stored_rows() == before


def test_a_category_cannot_be_below_itself():
    root = factories.category("Root")
    leaf = factories.category("Leaf", factories.category("Middle", root))
    before = factories.stored_rows()
    for parent in (root, leaf):
        with pytest.raises(common.InvalidInput):
            put(root, "Root", parent_id=parent)
    assert factories.stored_rows() == before


def test_the_depth_of_the_tree_is_limited():
    above = None
    for level in range(8):
        above = factories.category(f"Level {level}", above)
    with pytest.raises(common.InvalidInput):
        factories.category("Too deep", above)
    tall = factories.category("Tall")
    factories.category("Taller", tall)
    with pytest.raises(common.InvalidInput):
        put(tall, "Tall", parent_id=tree()[6].id)


def test_a_taken_slug_is_refused():
    lamps, chairs = put(name="Lamps"), put(name="Chairs")
    with pytest.raises(common.InvalidInput):
        put(chairs.id, "Chairs", slug=lamps.slug)


def test_an_unknown_category_cannot_be_changed(transport):
    with pytest.raises(common.NotFound):
        put("nowhere", "Lamps")


def test_products_of_a_removed_category_have_no_category(transport):
    lamps = factories.category("Lamps")
    sku = factories.product(category_id=lamps)
    with acting.as_staff("catalog"):
        factories.service().remove_category(lamps)
        history = factories.service().get_product_history(sku)
    assert tree() == []
    assert factories.read(sku).category_id is None
    assert history[0].differences == ["category: Lamps -> nothing"]
    assert factories.find(query="lamps") == []


def test_a_category_with_subcategories_cannot_be_removed(transport):
    root = factories.category("Root")
    factories.category("Leaf", root)
    before = factories.stored_rows()
    with acting.as_staff("catalog"), pytest.raises(common.Conflict):
        factories.service().remove_category(root)
    with acting.as_staff("catalog"), pytest.raises(common.NotFound):
        factories.service().remove_category("nowhere")
    assert factories.stored_rows() == before
