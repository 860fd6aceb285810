"""Malformed values are refused everywhere: as an argument, in an unknown field, or nested."""

import itertools
import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idl import catalog, inventory
from idl.legacy import catalog as legacy_catalog
from idl.legacy import inventory as legacy
from tests.wire import posting
from thriftshop.rpc import codec, compact, hosting, messages
from thriftshop.rpc.errors import MalformedCall
from thriftshop.rpc.messages import BINARY, COMPACT, JSON, OLD_BINARY, Head

pytestmark = pytest.mark.django_db

METHODS = [method for service in hosting.methods(hosting.hosted()).values() for _, method in service.values()]
NO_TYPES = [1, 5, 7, 9, 16, 17, 99, 127, 128, 255]
NEGATIVE = [-1, -2, -(2**31)]


class Binary:
    """Values in the binary protocol, as (type, bytes)."""

    LIST, SET, MAP, STRUCT, STRING, I32 = 15, 14, 13, 12, 11, 8

    @staticmethod
    def i32(value):
        return struct.pack(">i", value)

    def fields(self, *fields):
        """A struct of these fields."""
        return b"".join(bytes([kind]) + struct.pack(">h", number) + value for number, kind, value in fields) + b"\x00"

    def malformed(self):
        for size in NEGATIVE:
            for kind in (self.LIST, self.SET):
                for item in (2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15, 0):
                    yield kind, bytes([item]) + self.i32(size)
            yield self.MAP, b"\x0b\x0b" + self.i32(size)
            yield self.MAP, b"\x08\x0c" + self.i32(size)
            yield self.STRING, self.i32(size)
        for kind in NO_TYPES:
            yield kind, b""
            yield self.LIST, bytes([kind]) + self.i32(1) + bytes(16)
            yield self.SET, bytes([kind]) + self.i32(0)
            yield self.MAP, bytes([kind, 8]) + self.i32(1) + bytes(16)
            yield self.MAP, bytes([8, kind]) + self.i32(0)

    def nested(self, kind, value):
        """The value by itself, and within a list, a map and two structs."""
        yield kind, value
        yield self.LIST, bytes([kind]) + self.i32(1) + value
        yield self.MAP, bytes([8, kind]) + self.i32(1) + self.i32(7) + value
        yield self.STRUCT, self.fields((1, self.STRUCT, self.fields((9, kind, value))))

    def well_formed(self):
        yield from [(2, b"\x01"), (3, b"\xff"), (4, bytes(8)), (6, b"\xff\xff"), (8, bytes(4)), (10, bytes(8))]
        yield self.STRING, self.i32(3) + b"abc"
        yield self.STRUCT, b"\x00"
        yield self.LIST, b"\x00" + self.i32(0)
        yield self.SET, b"\x0b" + self.i32(1) + self.i32(1) + b"a"
        yield self.MAP, b"\x00\x00" + self.i32(0)
        yield self.MAP, b"\x08\x02" + self.i32(1) + self.i32(1) + b"\x01"


class Compact:
    """Values in the compact protocol, as (type, bytes)."""

    LIST, SET, MAP, STRUCT, STRING = 9, 10, 11, 12, 8
    NEGATIVE_SIZE = b"\xff\xff\xff\xff\x0f"
    ENDLESS = b"\xff" * 12

    def fields(self, *fields):
        """A struct of these fields, each with its number in full."""
        return b"".join(bytes([kind]) + self.zigzag(number) + value for number, kind, value in fields) + b"\x00"

    @staticmethod
    def zigzag(number):
        return compact.number(number << 1 if number >= 0 else (-number << 1) - 1)

    def malformed(self):
        for size in (self.NEGATIVE_SIZE, self.ENDLESS):
            for kind, item in itertools.product((self.LIST, self.SET), (1, 3, 5, 7, 8, 12, 9, 0)):
                yield kind, bytes([0xF0 | item]) + size
            yield self.MAP, size + b"\x88"
            yield self.STRING, size
        for kind in (13, 14, 15):
            yield kind, b""
            yield self.LIST, bytes([0x10 | kind]) + bytes(16)
            yield self.SET, bytes([kind])
            yield self.MAP, bytes([1, kind << 4 | 5]) + bytes(16)
            yield self.MAP, bytes([1, 5 << 4 | kind]) + bytes(16)
        yield 6, self.ENDLESS
        yield 6, b"\xff" * 9 + b"\x7f"
        yield self.STRUCT, b"\x15" + b"\x00" + b"\x05" + self.zigzag(40_000) + b"\x00\x00"

    def nested(self, kind, value):
        """The value by itself, and within a list, a map and two structs."""
        yield kind, value
        if kind:
            yield self.LIST, bytes([0x10 | kind]) + value
            yield self.MAP, bytes([1, 5 << 4 | kind, 14]) + value
        yield self.STRUCT, self.fields((1, self.STRUCT, self.fields((9, kind, value))))

    def well_formed(self):
        yield from [(1, b""), (2, b""), (3, b"\xff"), (4, b"\x01"), (5, b"\x01"), (6, b"\x01"), (7, bytes(8))]
        yield self.STRING, b"\x03abc"
        yield self.STRUCT, b"\x00"
        yield self.LIST, b"\x00"
        yield self.SET, b"\x18\x01a"
        yield self.MAP, b"\x00"
        yield self.MAP, b"\x01\x51\x02\x01"


class Json:
    """Values in the JSON protocol, as (type, text)."""

    LIST, SET, MAP, STRUCT, STRING = "lst", "set", "map", "rec", "str"

    def fields(self, *fields):
        """The arguments of a message: a struct of these fields, and the end of the message."""
        return self.struct(*fields).encode() + b"]"

    @staticmethod
    def struct(*fields):
        return "{" + ",".join(f'"{number}":{{"{kind}":{value}}}' for number, kind, value in fields) + "}"

    def malformed(self):
        for size in (-1, 1, 2, 2**31, 2**80, '"0"', "0.0", "null", "[]"):
            yield from ((kind, f'["i32",{size}]') for kind in (self.LIST, self.SET))
            yield self.MAP, f'["str","i32",{size},{{}}]'
        for kind in ("", "uid", "STR", "11", "str ", "void"):
            yield kind, "0"
            yield self.LIST, f'["{kind}",0]'
            yield self.SET, f'["{kind}",1,0]'
            yield self.MAP, f'["{kind}","i32",0,{{}}]'
            yield self.MAP, f'["i32","{kind}",0,{{}}]'
        for kind, values in self.misfits().items():
            yield from ((kind, value) for value in values)
        for key in ("", "a", "1.5", "true", "[1]", "2147483648", "NaN"):
            yield self.MAP, f'["i32","i32",1,{{"{key}":1}}]'
        yield self.MAP, '["rec","i32",1,{"{}":1}]'

    def misfits(self):
        """By type, values that are of another one, or are not JSON."""
        whole = ["1.0", "1e3", '"1"', "true", "null", "{}", "[]", "+1", "01", "NaN", "1" * 5000]
        limits = {"i8": 2**7, "i16": 2**15, "i32": 2**31, "i64": 2**63}
        numbers = {kind: [*whole, str(limit), str(-limit - 1)] for kind, limit in limits.items()}
        return {
            **numbers,
            "tf": [*whole, "2", "-1", "false"],
            "dbl": ['"1.5"', '"nan"', "NaN", "Infinity", "-Infinity", "1e999", "1" * 400, "true", "null", "{}"],
            self.STRING: ["1", "null", "{}", '"a', "'a'", r'"\x"', r'"\ud800"', r'"\udc00\ud800"'],
            self.STRUCT: [
                "[]",
                "null",
                '"1"',
                '{"1":1}',
                '{"1":{}}',
                '{"1":{"i32":1,"i64":1}}',
                '{"a":{"i32":1}}',
                '{"01":{"i32":1}}',
                '{"-0":{"i32":1}}',
                '{"40000":{"i32":1}}',
                '{"1":{"i32":1},"1":{"i32":1}}',
                '{"1":{"i32":1,"i32":1}}',
                '{"1":{"i32":1},}',
                '{1:{"i32":1}}',
            ],
            self.LIST: [
                "{}",
                "null",
                '"i32"',
                "[]",
                '["i32"]',
                "[8,0]",
                '["i32",1,"1"]',
                '["i32",2,1,]',
                '["lst",1,[]]',
            ],
            self.SET: ["[[],0]"],
            self.MAP: [
                "{}",
                "[]",
                '["str","i32",0]',
                '["str","i32",0,[]]',
                '["str","i32",0,{},0]',
                "[1,1,0,{}]",
                '["str","i32",2,{"a":1,"a":1}]',
            ],
        }

    def nested(self, kind, value):
        """The value by itself, and within a list, a map and two structs."""
        yield kind, value
        yield self.LIST, f'["{kind}",1,{value}]'
        yield self.MAP, f'["i32","{kind}",1,{{"7":{value}}}]'
        yield self.STRUCT, self.struct((1, self.STRUCT, self.struct((9, kind, value))))

    def well_formed(self):
        yield from [("tf", "1"), ("i8", "-128"), ("i16", "0"), ("i32", "-2147483648"), ("i64", "9223372036854775807")]
        yield from (("dbl", value) for value in ("1", "-1.5e-3", '"NaN"', '"-Infinity"'))
        yield self.STRING, json.dumps('a\t"\u2028\U0001f600')
        yield self.STRING, '"a raw tab\t, and not \N{EURO SIGN} escaped"'
        yield self.STRUCT, "{ }"
        yield self.LIST, '["str", 0]'
        yield self.SET, '["i32",2,1,1]'
        yield self.MAP, '["i64","tf",2,{"-1":0,"1":1}]'
        yield self.MAP, '["dbl","rec",1,{"NaN":{}}]'


WRITERS = {BINARY: Binary(), OLD_BINARY: Binary(), COMPACT: Compact(), JSON: Json()}


def is_refused(protocol, method, body):
    try:
        protocol.decode(method.args_type, body)
    except MalformedCall:
        return True
    return False


@pytest.mark.parametrize("protocol", [BINARY, COMPACT, JSON], ids=lambda protocol: protocol.name)
def test_every_method_refuses_malformed_values_at_any_depth(protocol):
    writer = WRITERS[protocol]
    bodies = [
        writer.fields((number, *found))
        for kind, value in writer.malformed()
        for found in writer.nested(kind, value)
        for number in (1, 99)
    ]
    for method in METHODS:
        for body in bodies:
            assert is_refused(protocol, method, body), (method, body)


@pytest.mark.parametrize("protocol", [BINARY, COMPACT, JSON], ids=lambda protocol: protocol.name)
def test_well_formed_unknown_fields_are_skipped(protocol):
    writer = WRITERS[protocol]
    for kind, value in writer.well_formed():
        for found in writer.nested(kind, value):
            if protocol is COMPACT and kind in (1, 2) and found[0] != kind:
                continue  # a truth value within a container has a byte of its own
            args = protocol.decode(
                posting.method_of(legacy.InventoryService, "get").args_type, writer.fields((99, *found))
            )
            assert args.itemId is None


@pytest.mark.parametrize("protocol", [BINARY, OLD_BINARY, COMPACT, JSON], ids=lambda protocol: protocol.name)
@pytest.mark.parametrize("fault", ["a negative set", "an unknown type"])
def test_the_catalog_of_2018_answers_malformed_messages_with_a_failure(protocol, fault):
    writer = WRITERS[protocol]
    negative = {COMPACT: b"\xf5" + Compact.NEGATIVE_SIZE, JSON: '["i32",-1]'}.get(protocol, b"\x08\xff\xff\xff\xff")
    unknown = {COMPACT: (13, b""), JSON: ("uid", '""')}.get(protocol, (99, b""))
    found = (writer.SET, negative) if fault == "a negative set" else unknown
    body = protocol.write_head(Head(1, "getAll", 1)) + writer.fields((1, *found))
    answer = posting.post("/", body)
    assert (answer.status, answer.code, answer.begun) == (400, "MALFORMED_CALL", False)
    assert messages.read_failure(answer.body)


def test_values_of_another_type_than_the_contracts_are_not_read_as_an_empty_list():
    levels = posting.method_of(inventory.InventoryService, "get_levels").args_type
    put = posting.method_of(catalog.CatalogService, "put_products").args_type
    numbers = Binary().fields((1, Binary.LIST, b"\x08" + Binary.i32(1) + Binary.i32(5)))
    for args_type in (levels, put):
        with pytest.raises(MalformedCall, match="of type"):
            codec.decode(args_type, numbers)
        with pytest.raises(MalformedCall, match="of type"):
            compact.decode(args_type, Compact().fields((1, Compact.LIST, b"\x15\x0a")))
    attributes = posting.method_of(catalog.CatalogService, "find_products").args_type
    entry = Binary().fields((3, Binary.MAP, b"\x08\x08" + Binary.i32(1) + bytes(8)))
    with pytest.raises(MalformedCall, match="of type"):
        codec.decode(attributes, Binary().fields((1, Binary.STRUCT, entry)))
    entry = Compact().fields((3, Compact.MAP, b"\x01\x55\x02\x02"))
    with pytest.raises(MalformedCall, match="of type"):
        compact.decode(attributes, Compact().fields((1, Compact.STRUCT, entry)))


@settings(max_examples=500)
@given(st.data())
def test_an_accepted_message_is_read_completely(data):
    """A random struct of well-formed fields is accepted; with one byte of a size or a type changed to nonsense it is not."""
    protocol = data.draw(st.sampled_from([BINARY, COMPACT, JSON]))
    writer = WRITERS[protocol]
    good = data.draw(st.lists(st.sampled_from([pair for pair in writer.well_formed() if pair[0] != 2]), max_size=4))
    bad = data.draw(st.sampled_from(list(writer.malformed())))
    at = data.draw(st.integers(0, len(good)))
    get_all = posting.method_of(legacy_catalog.CatalogService, "getAll").args_type
    protocol.decode(get_all, writer.fields(*((60 + n, *pair) for n, pair in enumerate(good))))
    mixed = [*good[:at], bad, *good[at:]]
    with pytest.raises(MalformedCall):
        protocol.decode(get_all, writer.fields(*((60 + n, *pair) for n, pair in enumerate(mixed))))
