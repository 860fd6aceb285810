"""Messages are equal after encoding and decoding in every protocol, with their name and number."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import catalog, common, inventory, orders
from idl.legacy import inventory as legacy
from tests.wire import posting
from thriftshop import rpc
from thriftshop.rpc import compact, messages
from thriftshop.rpc.messages import BINARY, CALL, COMPACT, EXCEPTION, JSON, OLD_BINARY, ONEWAY, REPLY, Head

PROTOCOLS = pytest.mark.parametrize("protocol", [BINARY, OLD_BINARY, COMPACT, JSON], ids=lambda protocol: protocol.name)
SEQIDS = dict.fromkeys((BINARY, OLD_BINARY, JSON), st.integers(-(1 << 31), (1 << 31) - 1))
find_products = posting.method_of(catalog.CatalogService, "find_products")

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
MONEY = st.builds(common.Money, amount=st.integers(-(1 << 63), (1 << 63) - 1), currency=TEXTS)
FILTERS = st.builds(
    catalog.ProductFilter,
    query=st.none() | TEXTS,
    category_ids=st.none() | st.lists(TEXTS, max_size=20),
    attributes=st.none() | st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3), max_size=3),
    price_min=st.none() | MONEY,
    statuses=st.none() | st.lists(st.sampled_from([1, 2, 3]), max_size=3),
)


@PROTOCOLS
@given(filter_=FILTERS, sort=st.integers(0, 4), data=st.data())
def test_valid_values_arrive_unchanged(protocol, filter_, sort, data):
    seqid = data.draw(SEQIDS.get(protocol, st.integers(0, (1 << 32) - 1)))
    args = find_products.args_type(filter=filter_, sort=sort, page=common.Page(first=3))
    body = protocol.write_head(Head(CALL, "find_products", seqid)) + protocol.encode(args)
    incoming = messages.read_call(body)
    assert (incoming.protocol, incoming.name, incoming.seqid) == (protocol, "find_products", seqid)
    assert messages.read_arguments(incoming, find_products) == args


@PROTOCOLS
def test_a_reply_has_the_protocol_the_name_and_the_sequence_number_of_its_call(protocol):
    incoming = messages.read_call(
        posting.message(catalog.CatalogService, "get_categories", protocol=protocol, seqid=41)
    )
    method = posting.method_of(catalog.CatalogService, "get_categories")
    found = [catalog.Category(id="a", slug="a", name="Änderung ☂", path=["a"], product_count=3)]
    body = messages.write_reply(incoming, method.result_type(success=found))
    head, _ = protocol.read_head(body)
    assert head == Head(REPLY, "get_categories", 41)
    assert messages.read_reply(method, body)[0].name == "Änderung ☂"


@PROTOCOLS
def test_a_refusal_in_an_answer_is_raised_with_its_data(protocol):
    incoming = messages.read_call(posting.message(inventory.InventoryService, "get_levels", [], protocol=protocol))
    method = posting.method_of(inventory.InventoryService, "reserve")
    shortage = inventory.Shortage(sku="MUG", requested=3, available=-1)
    result = method.result_type(out_of_stock=inventory.OutOfStock(message="Too few.", shortages=[shortage]))
    with pytest.raises(inventory.OutOfStock) as refusal:
        messages.read_reply(method, messages.write_reply(replace(incoming, name="reserve"), result))
    assert refusal.value.shortages == [shortage]


@PROTOCOLS
@given(words=st.text(st.characters(codec="utf-8"), max_size=300))
def test_a_failure_contains_its_reason(protocol, words):
    incoming = messages.read_call(posting.message(catalog.CatalogService, "get_categories", protocol=protocol))
    body = messages.write_exception(incoming, messages.INTERNAL_ERROR, words)
    head, _ = protocol.read_head(body)
    assert head.kind == EXCEPTION
    assert messages.read_failure(body) == words
    with pytest.raises(rpc.Fault):
        messages.read_reply(posting.method_of(catalog.CatalogService, "get_categories"), body)


def test_a_reply_without_a_failure_has_none():
    method = posting.method_of(catalog.CatalogService, "get_categories")
    reply = messages.write_reply(
        messages.read_call(messages.write_call(method, method.args_type())), method.result_type(success=[])
    )
    assert [messages.read_failure(body) for body in (b"", b"nonsense", reply)] == ["", "", ""]


def test_an_answer_to_another_call_is_refused():
    incoming = messages.read_call(posting.message(catalog.CatalogService, "get_categories"))
    method = posting.method_of(catalog.CatalogService, "get_products")
    with pytest.raises(rpc.MalformedCall, match="get_categories is not an answer of"):
        messages.read_reply(method, messages.write_reply(incoming, method.result_type(success=[])))


def test_the_arguments_of_2018_travel_as_minus_one_and_minus_two():
    body = posting.message(legacy.InventoryService, "reduce", "MUG", 2)
    assert body.endswith(b"\x0b\xff\xff\x00\x00\x00\x03MUG\x08\xff\xfe\x00\x00\x00\x02\x00")
    reduce = posting.method_of(legacy.InventoryService, "reduce")
    for protocol in (BINARY, OLD_BINARY, COMPACT, JSON):
        incoming = messages.read_call(posting.message(legacy.InventoryService, "reduce", "MUG", 2, protocol=protocol))
        assert messages.read_arguments(incoming, reduce) == reduce.args_type(itemId="MUG", qty=2)


@pytest.mark.parametrize("kind", [0, REPLY, EXCEPTION, 5, 7])
def test_only_calls_are_calls(kind):
    with pytest.raises(rpc.MalformedCall, match="is not a call"):
        messages.read_call(posting.message(catalog.CatalogService, "get_categories", kind=kind))
    assert messages.read_call(posting.message(catalog.CatalogService, "get_categories", kind=ONEWAY)).oneway


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "empty"),
        (b"GET / HTTP/1.1", "begins with the byte 0x47"),
        (b"\x80", "within its head"),
        (b"\x80\x02\x00\x01\x00\x00\x00\x01a\x00\x00\x00\x00", "Version 2 of the binary"),
        (b"\x80\x01\x00\x01\x7f\xff\xff\xffa", "longer than any"),
        (b"\x80\x01\x00\x01\x00\x00\x00\x03a\nb\x00\x00\x00\x00", "names no method"),
        (b"\x80\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", "names no method"),
        (b"\x80\x01\x00\x01\x00\x00\x00\x05abc", "names no method|within its head"),
        (b"\x00\x00\x00\x20\x80\x01\x00\x01", "names no method"),
        (b"\x82\x22\x00\x01a", "Version 2 of the compact"),
        (b"\x82\x21" + b"\xff" * 40, "a number of more than"),
        (b"[", "in JSON begins with"),
        (b'[1,"a",1]', "in JSON begins with"),
        (b'[1,"a","1",0,{}]', "in JSON begins with"),
        (b'[1.0,"a",1,0,{}]', "in JSON begins with"),
        (b'[1,"a",1,99999999999,{}]', "in JSON begins with"),
        (b'[1,"a",1,2147483648,{}]', "more than 32 bits"),
        (b'[2,"a",1,0,{}]', "Version 2 of the JSON"),
        (b'[1,"",1,0,{}]', "names no method"),
        (b'[1,"a b",1,0,{}]', "names no method"),
        (b'[1,"' + b"a" * 200 + b'",1,0,{}]', "longer than any"),
    ],
)
def test_an_invalid_message_is_refused_with_the_reason(body, complaint):
    with pytest.raises(rpc.MalformedCall, match=complaint):
        messages.read_call(body)


@PROTOCOLS
def test_fields_that_a_reader_does_not_know_are_passed_over(protocol):
    """Unknown fields of a newer writer are ignored; the common fields arrive."""
    sent = orders.PlaceOrder(
        idempotency_key="key-12345",
        lines=[orders.NewLine(sku="MUG", quantity=2), orders.NewLine(sku="TEA", quantity=1)],
        expected_total=common.Money(amount=1, currency="GBP"),
    )
    assert protocol.decode(common.Forbidden, protocol.encode(sent)).message == "key-12345"
    filter_ = catalog.ProductFilter(attributes={"colour": ["red", "blue"]}, statuses=[1])
    assert protocol.decode(common.Forbidden, protocol.encode(filter_)).message is None


@given(st.integers(0, (1 << 64) - 1))
def test_numbers_of_any_size_are_read_as_they_were_written(value):
    assert compact.Reader(compact.number(value)).number() == value
