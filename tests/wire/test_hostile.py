"""Arbitrary bytes are refused safely: without long computations, excessive memory or a status 500."""

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idl import catalog, common, inventory
from idl.legacy import inventory as legacy
from tests.wire import posting
from thriftshop.rpc import bounds, codec, compact, messages
from thriftshop.rpc.errors import MalformedCall
from thriftshop.rpc.messages import BINARY, COMPACT, JSON, OLD_BINARY, Head

pytestmark = pytest.mark.django_db

MEGABYTE = 1 << 20
PROTOCOLS = [BINARY, OLD_BINARY, COMPACT, JSON]
MANY = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
Stock, Catalog, Old = inventory.InventoryService, catalog.CatalogService, legacy.InventoryService

# Each announces two thousand million items, or as many as it has bytes; repeated, they would keep a believing reader for days.
BINARY_BOMBS = {
    "a list of no type": b"\x0f\x00\x07\x00\x7f\xff\xff\xff",
    "a list of an unknown type": b"\x0f\x00\x07\x63\x7f\xff\xff\xff",
    "the argument as a list of no type": b"\x0f\x00\x01\x00\x7f\xff\xff\xff",
    "the argument of 2018 as a list of no type": b"\x0f\xff\xff\x00\x7f\xff\xff\xff",
    "a set of no type": b"\x0e\x00\x07\x01\x7f\xff\xff\xff",
    "a map of no types": b"\x0d\x00\x07\x00\x00\x7f\xff\xff\xff",
    "a list in a list": b"\x0f\x00\x07\x0f\x00\x00\x00\x01\x00\x7f\xff\xff\xff",
    "a list in a map": b"\x0d\x00\x07\x08\x0f\x00\x00\x00\x01\x00\x00\x00\x01\x05\x7f\xff\xff\xff",
    "a list in a struct": b"\x0c\x00\x07\x0f\x00\x01\x00\x7f\xff\xff\xff",
    "a negative size": b"\x0f\x00\x07\x08\xff\xff\xff\xff",
    "a huge text": b"\x0b\x00\x07\x7f\xff\xff\xff",
    "a negative text": b"\x0b\x00\x01\xff\xff\xff\xff",
    "a huge list of numbers": b"\x0f\x00\x07\x02\x7f\xff\xff\xff",
    "bottomless structs": b"\x0c\x00\x07",
    "bottomless lists": b"\x0f\x00\x07" + b"\x0f\x00\x00\x00\x01" * 99,
}
COMPACT_BOMBS = {
    "a list of no type": b"\x79\xf0\xff\xff\xff\xff\x07",
    "a list of an unknown type": b"\x79\xfd\xff\xff\xff\xff\x07",
    "a map of no types": b"\x7b\xff\xff\xff\xff\x07\x00",
    "a list in a list": b"\x79\x19\xf0\xff\xff\xff\xff\x07",
    "a number without end": b"\x16" + b"\xff" * 200,
    "a huge text": b"\x18\xff\xff\xff\xff\x07",
    "a huge list of truths": b"\x79\xf1\xff\xff\xff\xff\x07",
    "bottomless structs": b"\x1c",
    "bottomless lists": b"\x19" + b"\x19" * 99,
}
JSON_BOMBS = {
    "bottomless objects": b'{"7":{"rec":',
    "bottomless lists": b'["lst",1,',
    "bottomless arrays": b"[",
    "a huge list": b'{"7":{"lst":["i32",2147483647,',
    "numbers without end": b'{"1":{"i64":' + b"9" * 5000,
    "a text without end": b'{"1":{"str":"' + b"a" * 99,
    "escapes without end": b'{"1":{"str":"' + b"\\u005c" * 99,
    "the same key": b'{"1":{},"1":{},',
    "not a number": b'{"1":{"dbl":NaN}},',
}
BOMBS = [
    *(pytest.param(BINARY, bomb, id=f"binary: {name}") for name, bomb in BINARY_BOMBS.items()),
    *(pytest.param(COMPACT, bomb, id=f"compact: {name}") for name, bomb in COMPACT_BOMBS.items()),
    *(pytest.param(JSON, bomb, id=f"JSON: {name}") for name, bomb in JSON_BOMBS.items()),
]


def send(protocol, arguments, contract=Old, name="get", caller=""):
    context = posting.method_of(contract, name).context
    body = protocol.write_head(Head(1, name, 1)) + arguments
    return posting.post("/thrift", body, posting.signed(caller, context))


@pytest.mark.parametrize(("protocol", "bomb"), BOMBS)
@pytest.mark.parametrize("times", [1, 10_000])
def test_a_length_beyond_the_end_of_the_message_is_refused(protocol, bomb, times):
    for contract, name, caller in (
        (Old, "get", ""),
        (Stock, "get_levels", "cart"),
        (Catalog, "find_products", "gateway"),
    ):
        answer = send(protocol, (bomb * times)[: MEGABYTE - 100], contract, name, caller)
        assert (answer.status, answer.code) == (400, "MALFORMED_CALL")
        assert messages.read_failure(answer.body)


@given(st.sampled_from([0x0E, 0x0F]), st.integers(0, 255), st.integers(0, 0xFFFF), st.binary(max_size=40))
def test_no_type_that_thrift_does_not_have_is_waited_for(mark, kind, number, before):
    """Wherever such a list stands, its reader must not be let loose on it: this would take seconds each time."""
    bomb = bytes([mark]) + number.to_bytes(2, "big") + bytes([kind]) + b"\x7f\xff\xff\xff"
    text = b"\x0b\x00\x09" + len(before).to_bytes(4, "big") + before
    with pytest.raises(MalformedCall):
        codec.decode(posting.method_of(Old, "get").args_type, text + bomb + b"\x00" * 5)


def test_a_maps_texts_are_not_read_as_the_lists_that_the_contract_has():
    """thriftpy2 decodes the strings of a map by the contract's types: here each would be an endless list."""
    entry = b"\x00\x00\x00\x01a" + b"\x00\x7f\xff\xff" + b"\xff"
    attributes = b"\x0d\x00\x03\x0b\x0b\x00\x00\x00\x01" + entry
    encoded = b"\x0c\x00\x01" + attributes + b"\x00" * 9 + b"\x00"
    with pytest.raises(MalformedCall):
        codec.decode(posting.method_of(Catalog, "find_products").args_type, encoded)
    swapped = (
        b"\x0c\x00\x01\x0d\x00\x03\x0b\x0b\x00\x00\x00\x01\x00\x00\x00\x01a\x00\x00\x00\x05\x00\x7f\xff\xff\xff\x00\x00"
    )
    with pytest.raises(MalformedCall, match="values of type 11 where the contract has type 15"):
        codec.decode(posting.method_of(Catalog, "find_products").args_type, swapped)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_a_megabyte_of_empty_structs_takes_no_hundreds(protocol):
    count = MEGABYTE - 100
    head = b"\x0f\x00\x01\x0c" + count.to_bytes(4, "big")
    if protocol is COMPACT:
        head = b"\x19\xfc" + compact.number(count)
    body = head + bytes(count + 1)
    if protocol is JSON:
        body = b'{"1":{"lst":["rec",%d%s]}}]' % (count // 3, b",{}" * (count // 3))
    method = posting.method_of(Catalog, "put_products")
    tracemalloc.start()
    try:
        with pytest.raises(MalformedCall, match="more structs than"):
            protocol.decode(method.args_type, body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 48 * MEGABYTE


def test_a_message_full_of_real_lines_is_read_all_the_same():
    lines = [inventory.StockLine(sku=f"S{number}", quantity=number) for number in range(20_000)]
    method = posting.method_of(Stock, "receive")
    args = method.args_type(key="k", lines=lines)
    assert codec.decode(method.args_type, codec.encode(args)) == args
    assert compact.decode(method.args_type, compact.encode(args)) == args
    assert JSON.decode(method.args_type, JSON.encode(args)) == args


@MANY
@given(
    st.binary(max_size=400),
    st.sampled_from(["/", "/thrift", "/thrift/InventoryService", "/thrift/InventoryService/get"]),
)
def test_bytes_of_any_kind_are_refused(body, path):
    answer = posting.post(path, body)
    assert answer.status in (400, 403, 404)
    assert answer.code
    assert answer.body


@MANY
@given(st.sampled_from(PROTOCOLS), st.binary(max_size=200), st.sampled_from(["get", "reduce", "get_levels", "reserve"]))
def test_arguments_of_any_kind_are_answered_or_refused(protocol, arguments, name):
    contract = Old if name in ("get", "reduce") else Stock
    answer = send(protocol, arguments, contract, name, "orders")
    assert answer.status in (200, 400)
    protocol.read_head(answer.body)


VALID = [
    (Old, "get", ("MUG",), ""),
    (Old, "reduce", ("MUG", 2), ""),
    (Stock, "get_levels", (["MUG", "TEA"],), "cart"),
    (Stock, "reserve", ("order-1", [inventory.StockLine(sku="MUG", quantity=1)], 60), "orders"),
    (
        Catalog,
        "find_products",
        (
            catalog.ProductFilter(
                query="mug",
                attributes={"colour": ["red"]},
                price_min=common.Money(amount=1, currency="GBP"),
                statuses=[2],
            ),
            0,
            common.Page(first=3),
        ),
        "gateway",
    ),
]


@st.composite
def mutated(draw):
    """A valid call some of whose bytes were changed, taken out, doubled or put elsewhere."""
    contract, name, arguments, caller = draw(st.sampled_from(VALID))
    protocol = draw(st.sampled_from(PROTOCOLS))
    body = bytearray(posting.message(contract, name, *arguments, protocol=protocol))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(body) - 1, 0)))
        until = draw(st.integers(at, min(at + 8, len(body))))
        part = draw(st.one_of(st.binary(max_size=8), st.just(bytes(body[at:until]) * 2), st.just(b"\x7f\xff\xff\xff")))
        body[at:until] = part
    return bytes(body), posting.signed(caller, posting.method_of(contract, name).context)


@MANY
@given(mutated())
def test_a_damaged_call_is_answered_or_refused(damaged):
    body, headers = damaged
    answer = posting.post("/thrift", body, headers)
    assert answer.status in (200, 400, 401, 403, 404), messages.read_failure(answer.body)


@given(st.binary(max_size=300))
def test_a_message_that_passes_the_bounds_check_is_read_completely(data):
    """Where the walk finds nothing wrong, the reader finds the bytes that it wants."""
    for contract, name in ((Catalog, "find_products"), (Catalog, "put_products"), (Stock, "receive")):
        args_type = posting.method_of(contract, name).args_type
        try:
            bounds.check(args_type, data + bytes(16))
        except MalformedCall:
            continue
        codec.decode_peers(args_type, data + bytes(16))
