"""Apache's JSON protocol: compatible with Apache's library for Python, and safe on arbitrary input."""

import contextlib
import io
import json
import math
import tracemalloc
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thriftpy2.parser import parse_fp
from thriftpy2.thrift import TType

from idl import cart, catalog, common, inventory, orders
from idl.legacy import inventory as legacy
from tests import acting
from tests.wire import apaches_json, posting
from thriftshop import rpc
from thriftshop.rpc import hosting, json_protocol, messages, validation
from thriftshop.rpc.compact import field_detail, item_detail
from thriftshop.rpc.errors import MalformedCall
from thriftshop.rpc.messages import CALL, JSON, REPLY, Head

# Apache's client sends control characters as they are. It has no form of a double that is not finite.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
PLAIN = {
    TType.BOOL: st.booleans(),
    TType.DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
    TType.STRING: TEXTS,
    TType.BINARY: st.binary(max_size=8),
    **{ttype: st.integers(-limit, limit - 1) for ttype, limit in validation.RANGES.items()},
}
METHODS = [method for service in hosting.methods(hosting.hosted()).values() for _, method in service.values()]
TYPES = [method.args_type for method in METHODS] + [method.result_type for method in METHODS]
DEEPEST = 4


def values(detail, depth):
    """Values of a type, ignoring the contract's ranges and required fields."""
    ttype, of = detail
    if ttype == TType.STRUCT:
        return structs(of, depth - 1)
    if ttype == TType.LIST:
        return st.lists(values(item_detail(of), depth), max_size=2)
    if ttype == TType.MAP:
        key, item = (values(item_detail(one), depth) for one in of)
        return st.dictionaries(key, item, max_size=2)
    return PLAIN[ttype]


def structs(struct_type, depth=DEEPEST):
    # What is absent is read as the contract's default, if it has one.
    absent = {name: st.just(default) for name, default in getattr(struct_type, "default_spec", ())}
    fields = {
        spec[1]: absent.get(spec[1], st.none()) | values(field_detail(spec), depth) if depth > 0 else absent[spec[1]]
        for spec in struct_type.thrift_spec.values()
    }
    return st.builds(struct_type, **fields)


# One field of each type: no contract of ours has maps with keys of all kinds, or bytes in a list.
EVERYTHING = """
struct Everything {
  -1: byte small
  1: i16 short
  2: double amount
  3: map<i64, list<binary>> by_number
  4: map<double, bool> by_double
  5: map<bool, map<string, double>> by_truth
  32767: list<list<list<bool>>> nested
}
"""
Everything = parse_fp(io.StringIO(EVERYTHING), "everything_thrift").Everything


ANYTHING = st.one_of(structs(Everything), st.sampled_from(TYPES).flatmap(structs))
SEQIDS = st.integers(-(1 << 31), (1 << 31) - 1)


def decoded(struct_type, text):
    return json_protocol.decode(struct_type, text.encode() + b"]")


def refusal(struct_type, text):
    with pytest.raises(MalformedCall) as refused:
        decoded(struct_type, text)
    return str(refused.value)


# -- as Apache reads and writes it ------------------------------------------------------------------
@settings(max_examples=400)
@given(ANYTHING, SEQIDS)
def test_messages_of_apaches_library_are_read(struct, seqid):
    sent = apaches_json.write_message("get", CALL, seqid, struct)
    incoming = messages.read_call(sent)
    assert (incoming.protocol, incoming.name, incoming.seqid) == (JSON, "get", seqid)
    # By their text: exceptions do not compare. Apache's library writes -0.0 as the integer -0, which has no sign.
    read = repr(JSON.decode(type(struct), incoming.rest))
    assert read.replace("-0.0", "0.0") == repr(struct).replace("-0.0", "0.0")


@settings(max_examples=400)
@given(ANYTHING, SEQIDS)
def test_apaches_library_reads_our_messages(struct, seqid):
    written = JSON.write_head(Head(REPLY, "get", seqid)) + JSON.encode(struct)
    json.loads(written)
    name, kind, number, read = apaches_json.read_message(written, type(struct))
    assert (name, kind, number, repr(read)) == ("get", REPLY, seqid, repr(struct))


@given(TEXTS)
def test_apaches_library_reads_our_exceptions(words):
    failure = SimpleNamespace(__name__="Failure", thrift_spec=messages._Failure.thrift_spec)
    body = JSON.write_head(Head(messages.EXCEPTION, "get", 1)) + JSON.encode_exception(6, words.encode())
    read = apaches_json.read_message(body, type("Failure", (), vars(failure)))[3]
    assert (read.message, read.kind) == (words, 6)


@pytest.mark.parametrize("double", [math.nan, math.inf, -math.inf])
def test_doubles_that_are_not_finite_travel_as_strings(double):
    written = JSON.encode(Everything(amount=double, by_double={double: True})).decode()
    assert '"dbl":"' in written
    found = JSON.decode(Everything, written.encode())
    (key,) = found.by_double
    for one in (found.amount, key):
        assert math.isnan(one) if math.isnan(double) else one == double


# -- on the endpoint --------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_contracts_of_2018_and_of_today_answer_apaches_json():
    with acting.as_service("trade"):
        rpc.connect(inventory.InventoryService).receive("d-1", [inventory.StockLine(sku="MUG", quantity=3)])
    for contract, name, arguments, caller in (
        (legacy.InventoryService, "reduce", {"itemId": "MUG", "qty": 1}, ""),
        (inventory.InventoryService, "get_levels", {"skus": ["MUG"]}, "cart"),
    ):
        method = posting.method_of(contract, name)
        body = apaches_json.write_message(name, CALL, 5, method.args_type(**arguments))
        headers = {"content-type": "application/vnd.apache.thrift.json"} | posting.signed(caller, method.context)
        answer = posting.post("/" if contract is legacy.InventoryService else "/thrift/InventoryService", body, headers)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/vnd.apache.thrift.json")
        *head, result = apaches_json.read_message(answer.body, method.result_type)
        assert head == [name, REPLY, 5]
        found = result.success if contract is legacy.InventoryService else result.success[0]
        assert getattr(found, "qty", None) == 2 or found.on_hand == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contract", "name", "arguments", "complaint"),
    [
        (inventory.InventoryService, "get_levels", "{}", "needs its argument 'skus'"),
        (
            inventory.InventoryService,
            "receive",
            '{"1":{"str":"k"},"2":{"lst":["rec",1,{"1":{"str":"MUG"}}]}}',
            "quantity is required",
        ),
        (legacy.InventoryService, "reduce", '{"-1":{"str":"MUG"},"-2":{"i64":1}}', "needs its argument 'qty'"),
        (legacy.InventoryService, "reduce", '{"-1":{"str":"MUG"},"-2":{"i32":"1"}}', "a string where a whole number"),
    ],
)
def test_arguments_that_do_not_fit_the_contract_are_refused_in_json(contract, name, arguments, complaint):
    body = f'[1,"{name}",1,9,{arguments}]'.encode()
    answer = posting.post("/thrift", body, posting.signed("trade", "inventory"))
    assert (answer.status, answer.code) == (400, "MALFORMED_CALL")
    assert complaint in messages.read_failure(answer.body)
    assert answer.body.startswith(f'[1,"{name}",3,9,'.encode())


def test_required_fields_and_the_single_member_of_a_union_are_checked_as_in_other_protocols():
    for text, complaint in (("{}", "exactly one member"), ('{"1":{"rec":{}}}', "is required")):
        with pytest.raises(MalformedCall, match=complaint):
            validation.check(decoded(cart.CartEvent, text))
    with pytest.raises(MalformedCall, match="is required"):
        validation.check(decoded(common.Money, '{"1":{"i64":5}}'))


# -- whatever comes ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "read"),
    [
        ('"TVVH"', b"MUG"),
        ('"TVU="', b"MU"),
        ('"TVU"', b"MU"),
        ('""', b""),
        ('"TV U"', None),
        ('"TVU\\n="', None),
        ('"TVUé"', None),
        ('"T"', None),
        ('"T=VU"', None),
        ('"____"', None),
        ("1", None),
    ],
)
def test_bytes_must_be_base64_with_or_without_padding(value, read):
    text = '{"3":{"map":["i64","lst",1,{"1":["str",1,' + value + "]}]}}"
    if read is None:
        assert refusal(Everything, text)
    else:
        assert decoded(Everything, text).by_number == {1: [read]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("{}]", "one closing bracket"),
        ("{}] x", "one closing bracket"),
        ('{"1":{"i16":1},"1":{"i16":2}}', "the same key twice"),
        ('{"2":{"dbl":NaN}}', "NaN is not valid JSON"),
        ('{"2":{"dbl":1e999}}', "larger than 64 bits"),
        ('{"1":{"i16":"5"}}', "a string where a whole number belongs"),
        ('{"1":{"i16":true}}', "true or false where a whole number belongs"),
        ('{"1":{"i16":40000}}', "out of its range of -32768 to 32767"),
        ('{"4":{"map":["str","tf",1,{"a":1}]}}', "of type 11 where the contract has type 4"),
        ('{"99":{"lst":["str",7,"a"]}}', "announces 7 items and holds 1"),
        ('{"99":{"lst":["i32",1,[[[]]]]}}', "an array where a whole number belongs"),
    ],
)
def test_the_refusal_contains_the_reason(text, complaint):
    assert complaint in refusal(Everything, text)


def test_bytes_that_are_not_utf8_are_refused():
    for text in (b'{"9":{"str":"\xff"}}]', b'{"9":{"str":"\xed\xa0\x80"}}]'):
        with pytest.raises(MalformedCall, match="not valid JSON"):
            json_protocol.decode(Everything, text)


@pytest.mark.parametrize("depth", [33, 200, 5_000, 100_000])
@pytest.mark.parametrize(
    ("opening", "closing"), [('{"9":{"rec":', "}}"), ('["lst",1,', "]"), ("[", "]"), ('{"a":', "}")]
)
@pytest.mark.parametrize("closed", [True, False])
def test_nesting_is_bounded(depth, opening, closing, closed):
    inner = opening * depth + ("{}" if opening[0] == "{" else '["i32",0]') + closing * depth * closed
    for text in (inner, '{"9":{"lst":' + inner + "}}", '{"9":{"i32":' + inner + "}}", '{"9":{' + inner + ":1}}"):
        assert refusal(Everything, text)


@pytest.mark.parametrize("item", ["{}", "[]", '{"":1}', '""', "9999", "1e9", '{"1":{"i32":999}}', '["i32",0]'])
def test_a_megabyte_takes_no_hundreds(item):
    body = '{"1":{"lst":["rec",%d,%s]}}]'
    count = ((1 << 20) - len(body)) // (len(item) + 1)
    data = (body % (count, ",".join([item] * count))).encode()
    tracemalloc.start()
    try:
        with contextlib.suppress(MalformedCall):
            json_protocol.decode(posting.method_of(catalog.CatalogService, "put_products").args_type, data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20


def test_a_message_full_of_real_lines_is_read():
    lines = [orders.NewLine(sku=f"S{number}", quantity=number) for number in range(20_000)]
    sent = orders.PlaceOrder(idempotency_key="k", lines=lines)
    assert JSON.decode(orders.PlaceOrder, JSON.encode(sent)) == sent
