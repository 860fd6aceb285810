"""Values are validated against their contract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import catalog, common, inventory, orders
from thriftshop.rpc import MalformedCall, codec, validation


def test_a_struct_that_fits_passes():
    validation.check(catalog.ProductFilter(query="tea", attributes={"colour": ["red"]}, statuses=[2]))


@pytest.mark.parametrize(
    ("struct", "complaint"),
    [
        (common.Money(amount=1), r"Money\.currency is required"),
        (common.Money(amount="1", currency="GBP"), r"Money\.amount is a str, not a whole number"),
        (common.Money(amount=True, currency="GBP"), r"Money\.amount is a bool"),
        (common.Money(amount=1 << 63, currency="GBP"), r"out of its range"),
        (common.Money(amount=1, currency=b"GBP"), r"Money\.currency is a bytes, not a str"),
        (common.Viewer(id="x", role=9), r"none of CUSTOMER, STAFF"),
        (catalog.ProductFilter(category_ids="abc"), r"not a list"),
        (catalog.ProductFilter(attributes={"colour": "red"}), r"not a list"),
        (catalog.ProductFilter(attributes=[("colour", [])]), r"not a map"),
        (catalog.ProductFilter(price_min=3), r"not a Money"),
        (catalog.ProductFilter(price_min=common.Money(amount=1)), r"price_min\.currency is required"),
        (inventory.InventoryEvent(), r"exactly one member"),
    ],
)
def test_an_invalid_field_is_named(struct, complaint):
    with pytest.raises(MalformedCall, match=complaint):
        validation.check(struct)


def test_a_union_of_two_members_is_refused():
    both = inventory.InventoryEvent(
        received=inventory.StockReceived(quantity=1), reduced=inventory.StockReduced(quantity=1)
    )
    with pytest.raises(MalformedCall, match="exactly one member"):
        validation.check(both)


def test_an_argument_may_be_absent_only_if_the_contract_allows_it():
    service = catalog.CatalogService
    validation.check_arguments(service.get_prices_args(skus=["A"], currency="GBP"), "get_prices")
    with pytest.raises(MalformedCall, match="needs its argument 'currency'"):
        validation.check_arguments(service.get_prices_args(skus=["A"]), "get_prices")


@given(
    st.lists(st.text(max_size=20), max_size=5),
    st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=3), max_size=3),
    st.integers(-(1 << 63), (1 << 63) - 1),
)
def test_valid_values_survive_encoding_and_decoding(ids, attributes, amount):
    sent = catalog.ProductFilter(
        category_ids=ids, attributes=attributes, price_min=common.Money(amount=amount, currency="GBP")
    )
    validation.check(sent)
    assert codec.decode(catalog.ProductFilter, codec.encode(sent)) == sent


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_or_decoded(data):
    try:
        found = codec.decode(orders.PlaceOrder, data)
    except MalformedCall:
        return
    assert isinstance(found, orders.PlaceOrder)


@pytest.mark.parametrize(
    "data",
    [
        b"\x0f\x00\x01\x0c\x7f\xff\xff\xff",
        b"\x0b\x00\x01\xff\xff\xff\xff",
        b"\x0b\x00\x01\x7f\xff\xff\xff",
        b"\x0c" * 50,
    ],
    ids=["a huge list", "a negative length", "a huge text", "bottomless nesting"],
)
def test_impossible_sizes_are_refused_at_once(data):
    with pytest.raises(MalformedCall):
        codec.decode(orders.PlaceOrder, data)


def test_a_message_over_the_limit_is_not_even_read():
    with pytest.raises(MalformedCall, match="larger than"):
        codec.decode(orders.PlaceOrder, b"\x00" * (codec.MAX_BYTES + 1))
