"""Saving products: created, changed, unchanged and refused ones."""

import pytest

from idl import catalog, common
from tests import acting
from tests.catalog import factories
from thriftshop import call_context, rpc
from thriftshop.events import streams

pytestmark = pytest.mark.django_db


def test_a_new_product_is_created_with_all_details(transport):
    lamps = factories.category("Lamps")
    product_input = factories.product_input(
        "LAMP-1",
        "  Brass lamp ",
        price=12.5,
        description="Shines.\r\nStill.",
        category_id=lamps,
        attributes=[factories.attribute("colour", "Gold"), factories.attribute("age", "1920s")],
    )
    (outcome,) = factories.put(product_input)
    assert (outcome.outcome, outcome.problem) == ("created", None)
    assert "prices.GBP: nothing -> 12.50" in outcome.differences
    assert "category: nothing -> Lamps" in outcome.differences
    product = factories.read("LAMP-1")
    assert (product.name, product.slug, product.description) == ("Brass lamp", "brass-lamp", "Shines.\nStill.")
    assert [(attribute.code, attribute.value) for attribute in product.attributes] == [
        ("age", "1920s"),
        ("colour", "Gold"),
    ]
    assert (product.status, product.category_id) == (factories.PUBLISHED, lamps)
    assert product.prices == [factories.money(12.5)]
    assert product.version == 3
    assert product.created_at == product.updated_at == product.published_at


def test_differing_fields_are_changed_and_absent_ones_stay(transport):
    sku = factories.product(description="Old", attributes=[factories.attribute("colour", "Red")])
    before = factories.read(sku)
    (outcome,) = factories.put(catalog.ProductInput(sku=sku, name="Elm chest"))
    assert (outcome.outcome, outcome.differences) == ("changed", ["name: Oak chest -> Elm chest"])
    after = factories.read(sku)
    assert after.name == "Elm chest"
    assert (after.slug, after.description, after.attributes) == (before.slug, "Old", before.attributes)
    assert (after.prices, after.status) == (before.prices, before.status)
    assert after.version == before.version + 1


def test_an_empty_text_or_list_clears_a_field():
    sku = factories.product(
        description="Old", attributes=[factories.attribute("colour", "Red")], category_id=factories.category("Lamps")
    )
    factories.put(catalog.ProductInput(sku=sku, name="Oak chest", description="", attributes=[], category_id=""))
    after = factories.read(sku)
    assert (after.description, after.attributes, after.category_id) == ("", [], None)


def test_saving_the_same_input_again_changes_nothing(transport):
    product_input = factories.product_input(
        "SAME", description="Text", attributes=[factories.attribute("colour", "Red")]
    )
    factories.put(product_input)
    before = factories.stored_rows()
    (outcome,) = factories.put(product_input)
    assert (outcome.outcome, outcome.differences) == ("unchanged", [])
    assert factories.stored_rows() == before


def test_a_dry_run_returns_the_outcomes_and_changes_nothing(transport):
    sku = factories.product()
    before = factories.stored_rows()
    outcomes = factories.put(
        factories.product_input("NEW"),
        catalog.ProductInput(sku=sku, name="Elm chest"),
        factories.product_input("?"),
        dry_run=True,
    )
    assert [outcome.outcome for outcome in outcomes] == ["created", "changed", "refused"]
    assert outcomes[1].differences == ["name: Oak chest -> Elm chest"]
    assert factories.stored_rows() == before


def test_an_invalid_line_is_refused_without_affecting_others(transport):
    outcomes = factories.put(
        factories.product_input("A"), factories.product_input("B", name=""), factories.product_input("C")
    )
    assert [outcome.outcome for outcome in outcomes] == ["created", "refused", "created"]
    assert "name has 1 to 200 characters" in outcomes[1].problem


INVALID_LINES = {
    "an empty SKU": {"sku": ""},
    "a SKU with a space": {"sku": "A B"},
    "a SKU of 65 characters": {"sku": "A" * 65},
    "no name": {"name": "   "},
    "a name of 10,000 characters": {"name": "x" * 10_000},
    "a name of two lines": {"name": "Oak\nchest"},
    "a name with a null": {"name": "Oak\x00chest"},
    "a slug with capitals": {"slug": "Oak"},
    "a description of 10,001": {"description": "x" * 10_001},
    "an unknown category": {"category_id": "nowhere"},
    "a code with capitals": {"attributes": [catalog.Attribute(code="Colour", name="Colour", value="Red")]},
    "a reserved code": {"attributes": [catalog.Attribute(code="price", name="Price", value="1")]},
    "an empty value": {"attributes": [catalog.Attribute(code="colour", name="Colour", value=" ")]},
    "51 attributes": {"attributes": [factories.attribute("colour", str(n)) for n in range(51)]},
    "a price of 0": {"prices": [factories.money(0)]},
    "a negative price": {"prices": [factories.money(-1)]},
    "a huge price": {"prices": [common.Money(amount=2**62, currency="GBP")]},
    "an unknown currency": {"prices": [factories.money(1, "XXX")]},
    "a currency twice": {"prices": [factories.money(1), factories.money(2)]},
    "on sale without a price": {"prices": None},
    "a version of a new product": {"version": 7},
}


@pytest.mark.parametrize("fields", INVALID_LINES.values(), ids=INVALID_LINES.keys())
def test_invalid_fields_are_refused_and_change_nothing(fields):
    factories.category("Lamps")
    before = factories.stored_rows()
    (outcome,) = factories.put(factories.product_input(**{"sku": "BAD", **fields}))
    assert outcome.outcome == "refused"
    assert len(outcome.problem) > 20
    assert factories.stored_rows() == before


def test_emoji_and_other_scripts_are_accepted():
    sku = factories.product("🪑 時計", description="🪑" * 5000)
    product = factories.read(sku)
    assert (product.name, product.slug) == ("🪑 時計", sku.lower())


def test_products_with_the_same_name_have_different_slugs():
    skus = [factories.product("Oak chest") for _ in range(3)]
    factories.put(factories.product_input("X.1"), factories.product_input("X-1"), factories.product_input("x_1"))
    slugs = {factories.read(sku).slug for sku in [*skus, "X.1", "X-1", "x_1"]}
    assert len(slugs) == 6


def test_a_slug_of_another_product_is_refused():
    factories.product("Oak chest", slug="the-chest")
    outcomes = factories.put(
        factories.product_input("A", slug="the-chest"),
        factories.product_input("B", slug="new"),
        factories.product_input("C", slug="new"),
    )
    assert [outcome.outcome for outcome in outcomes] == ["refused", "created", "refused"]


def test_a_repeated_sku_in_one_call_is_refused():
    outcomes = factories.put(factories.product_input("A"), factories.product_input("A", name="Other"))
    assert [outcome.outcome for outcome in outcomes] == ["created", "refused"]
    assert factories.read("A").name == "Oak chest"


def test_a_change_of_an_outdated_version_is_refused(transport):
    sku = factories.product()
    looked_at = factories.read(sku).version
    assert factories.put(factories.product_input(sku, "Elm chest", version=looked_at))[0].outcome == "changed"
    (outcome,) = factories.put(factories.product_input(sku, "Ash chest", version=looked_at))
    assert outcome.outcome == "refused"
    assert "changed by somebody else" in outcome.problem
    assert factories.read(sku).name == "Elm chest"


def test_a_product_that_was_on_sale_cannot_become_a_draft():
    sku = factories.product()
    (outcome,) = factories.put(factories.product_input(sku, status=factories.DRAFT))
    assert outcome.outcome == "refused"


def test_more_than_5000_lines_are_refused():
    with acting.as_staff("catalog"), pytest.raises(common.InvalidInput):
        factories.service().put_products([catalog.ProductInput(sku="A", name="A")] * 5001, True)


def test_a_thousand_products_are_saved_in_one_call(transport):
    outcomes = factories.put(*(factories.product_input(f"BULK-{n}", f"Thing {n}", price=n + 1) for n in range(1000)))
    assert {outcome.outcome for outcome in outcomes} == {"created"}
    assert factories.find(first=1, query="thing 777") == ["BULK-777"]


def test_imported_products_have_the_time_of_the_call_context(transport):
    then = 1_262_304_000_000
    with call_context.using(occurred_at=then), acting.as_service("trade"):
        factories.service().put_products([factories.product_input("OLD", price=3)], False)
        assert factories.service().get_prices(["OLD"], "GBP", None)[0].valid_from == then
    product = factories.read("OLD")
    assert (product.created_at, product.published_at, product.prices) == (then, then, [factories.money(3)])
    assert {record.occurred_at for record in streams.of("catalog").read({"OLD": 0})["OLD"]} == {then}


def test_events_contain_the_whole_product_with_its_version(transport):
    sku = factories.product(description="Text")
    written, priced, published = streams.of("catalog").read({sku: 0})[sku]
    assert [one.kind for one in (written, priced, published)] == ["ProductWritten", "PriceChanged", "ProductPublished"]
    assert published.event.product == factories.read(sku)
    assert [written.event.product.version, published.event.product.version] == [1, 3]


def test_the_version_is_that_of_the_last_event():
    sku = factories.product()
    factories.put(factories.product_input(sku, "Elm chest", price=20, status=factories.ARCHIVED))
    records = streams.of("catalog").read({sku: 0})[sku]
    assert factories.read(sku).version == records[-1].version == len(records) == 6


@pytest.mark.parametrize("act", [acting.as_stranger, acting.as_customer])
def test_only_staff_and_services_can_save_products(transport, act):
    sku = factories.product()
    before = factories.stored_rows()
    calls = [
        lambda service: service.put_products([factories.product_input()], False),
        lambda service: service.put_products([factories.product_input()], True),
        lambda service: service.publish_products([sku]),
        lambda service: service.archive_products([sku]),
        lambda service: service.set_prices([catalog.PriceInput(sku=sku, money=factories.money(1))]),
        lambda service: service.put_category(None, catalog.CategoryInput(name="Lamps")),
        lambda service: service.remove_category("x"),
        lambda service: service.add_image(sku, b"x", "x"),
        lambda service: service.remove_image(sku, "x"),
        lambda service: service.get_product_history(sku),
    ]
    for call in calls:
        with act(), pytest.raises(common.Forbidden):
            call(acting.straight_at(catalog.CatalogService))
        with act(), pytest.raises((common.Forbidden, rpc.NotAllowed)):
            call(factories.service())
    assert factories.stored_rows() == before
