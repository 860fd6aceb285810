"""Types follow contracts: fields, descriptions, enums and refusals are those of the IDL, and nothing is declared twice."""

import graphene
import pytest
from graphql import GraphQLError, parse_value
from hypothesis import given
from hypothesis import strategies as st

import idl
from idl import catalog, common, inventory, orders
from thriftshop.graphql import comments, derive, global_ids, scalars, schemas
from thriftshop.rpc import validation

IDL = """
/** What it
 *  is about. */
namespace * sample
include "common.thrift"

// A remark of no account.
/** A thing. */
struct Thing {
  /** Its name; may hold (brackets) and "quotes". */
  1: required string name (pii = "mask"),
  2: optional map<string, list<common.Moment>> moments; # another remark
  /** How many. */
  3: required i32 many = 20
}
/** A choice. */
enum Choice { /** One. */ ONE = 1, /** Two. */ TWO = 2 }
/** What it does. */
service Sampling {
  /** Gives things. */
  list<Thing> get_things(1: list<string> names, 2: common.Moment at (absent = "allowed"))
    throws (1: common.NotFound not_found) (callers = "a b")
  /** Does nothing. */
  void rest()
}
"""


def test_doc_comments_and_written_types_are_read_from_an_idl_file():
    found = comments.read(IDL)
    assert found.texts == {
        "Thing": "A thing.",
        "Thing.name": 'Its name; may hold (brackets) and "quotes".',
        "Thing.moments": "",
        "Thing.many": "How many.",
        "Choice": "A choice.",
        "Choice.ONE": "One.",
        "Choice.TWO": "Two.",
        "Sampling": "What it does.",
        "Sampling.get_things": "Gives things.",
        "Sampling.get_things.names": "",
        "Sampling.get_things.at": "",
        "Sampling.rest": "Does nothing.",
    }
    assert found.types["Thing.moments"] == "map<string,list<common.Moment>>"
    assert found.types["Sampling.get_things.at"] == "common.Moment"


@pytest.mark.parametrize("name", idl.names())
def test_every_member_of_every_contract_is_found_with_its_comment(name):
    module = __import__(f"idl.{name}", fromlist=["_"])
    structs = [
        value for value in vars(module).values() if hasattr(value, "thrift_spec") and comments.home(value) == name
    ]
    silent = [
        f"{s.__name__}.{spec[1]}" for s in structs for spec in s.thrift_spec.values() if not comments.about(s, spec[1])
    ]
    assert structs
    assert silent == []


def printed(*kinds):
    fields = {kind._meta.name.lower(): graphene.Field(kind, description="One.") for kind in kinds}
    return schemas.printed(schemas.build(fields, fields))


def test_an_object_type_has_the_structs_fields_with_their_comments():
    text = printed(derive.Types().of(catalog.Price))
    for line in (
        '"""A price and the period in which it applies."""',
        "money: Money!",
        '"""When it starts; in the future for a scheduled price."""',
        "validFrom: DateTime!",
        "validUntil: DateTime\n",
        "reason: String\n",
        "amount: Long!",
    ):
        assert line in text


def test_fields_can_be_left_out_and_replaced():
    types = derive.Types()
    types.object(
        catalog.Price,
        leave_out={"actor"},
        fields={"reason": graphene.Int(description="Another."), "extra": graphene.Int(description="More.")},
    )
    text = printed(types.of(catalog.Price))
    assert "actor" not in text
    assert "reason: Int\n" in text
    assert "extra: Int\n" in text


def test_a_refusal_is_a_type_with_its_data_and_a_code():
    text = printed(derive.Types().of(orders.NotAllowedNow))
    assert "type NotAllowedNow implements Refusal {" in text
    assert "nextStatuses: [OrderStatus!]!" in text
    assert "code: String!" in text


@st.composite
def money(draw):
    return {"amount": draw(st.integers(-(2**53), 2**53)), "currency": draw(st.sampled_from(["GBP", "EUR"]))}


@given(st.fixed_dictionaries({}, optional={
    "query": st.text(),
    "category_ids": st.lists(st.text()),
    "price_min": money(),
    "statuses": st.lists(st.sampled_from(list(derive.Types().enum(catalog.ProductStatus)._meta.enum))),
    "attributes": st.dictionaries(st.text(), st.lists(st.text())),
}))  # fmt: skip
def test_an_input_is_converted_to_a_valid_struct(given_input):
    struct = derive.to_struct(catalog.ProductFilter, given_input)
    validation.check(struct)
    assert struct.query == given_input.get("query")
    assert struct.category_ids == given_input.get("category_ids")
    assert [one.value for one in given_input.get("statuses", [])] == (struct.statuses or [])
    if "price_min" in given_input:
        assert struct.price_min == common.Money(**given_input["price_min"])


def test_entries_and_maps_are_converted_to_each_other():
    described = derive.entries({"b": "2", "a": "1"})
    assert described == [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]


@given(st.sampled_from(["Product", "Order", "UserAddress"]), st.text(min_size=1))
def test_a_global_id_is_decoded_to_its_type_and_key(kind, key):
    assert global_ids.split(global_ids.encode(kind, key)) == (kind, key)
    assert global_ids.decode(kind, global_ids.encode(kind, key)) == key


@given(st.text())
def test_any_text_is_a_valid_global_id_or_none(text):
    parts = global_ids.split(text)
    assert parts is None or global_ids.encode(*parts) == text


@pytest.mark.parametrize("wrong", ["", "x", "🙂", "=" * 500, "T3JkZXI6", global_ids.encode("Order", "7"), "A" * 10_000])
def test_an_id_of_another_type_is_not_found(wrong):
    with pytest.raises(common.NotFound, match="No product has the id"):
        global_ids.decode("Product", wrong)


@given(st.integers(scalars.EARLIEST, scalars.LATEST))
def test_a_timestamp_is_parsed_to_the_same_value(moment):
    assert scalars.DateTime.parse_value(scalars.DateTime.serialize(moment)) == moment


@pytest.mark.parametrize(
    "wrong", ["", "yesterday", "2026-13-01", 7, None, [], "9999999-01-01", "0001-01-01T00:00:00+14:00", "x" * 10_000]
)
def test_an_invalid_timestamp_is_refused(wrong):
    with pytest.raises(GraphQLError):
        scalars.DateTime.parse_value(wrong)


@pytest.mark.parametrize("wrong", [2**53, -(2**53), 1.5, "7", True, None, 10**400])
def test_an_integer_of_more_than_53_bits_is_refused(wrong):
    with pytest.raises(GraphQLError):
        scalars.Long.parse_value(wrong)


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        (scalars.Long, "9007199254740992"),
        (scalars.Long, "9" * 5_000),
        (scalars.Long, "1.5"),
        (scalars.DateTime, '"tomorrow"'),
        (scalars.DateTime, "5"),
    ],
)
def test_errors_of_values_in_a_document_are_short_and_have_their_place(scalar, text):
    node = parse_value(text)
    with pytest.raises(GraphQLError) as error:
        scalar.parse_literal(node)
    assert error.value.nodes == [node]
    assert len(error.value.message) < 150


def test_a_stock_level_has_the_values_of_its_struct():
    assert "available: Long!" in printed(derive.Types().of(inventory.StockLevel))


@pytest.mark.parametrize(
    ("comment", "described"),
    [
        ("The same `idempotency_key` again.", "The same `idempotencyKey` again."),
        ("Dotted: `filter.price_min.amount`.", "Dotted: `filter.priceMin.amount`."),
        (
            'Why: "for_you". A `Name`, `UPPER_CASE`, plain_words.',
            'Why: "for_you". A `Name`, `UPPER_CASE`, plain_words.',
        ),
        ("One back quote ` and a_name", "One back quote ` and a_name"),
    ],
)
def test_names_in_back_quotes_are_those_of_graphql(comment, described):
    assert comments.in_graphql(comment) == described
