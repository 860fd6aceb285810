"""The public schema: printed, described, consistent, and made of the contracts."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    build_schema,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
    validate_schema,
)

import idl
from apps.gateway.examples import EXAMPLES
from apps.gateway.schema import SCHEMA
from apps.gateway.schema.nodes import NODES
from thriftshop.graphql import derive, execution, schemas
from thriftshop.management.commands import graphql_schema

OWN = {name: kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__")}
RESULTS = {name: kind for name, kind in OWN.items() if isinstance(kind, GraphQLUnionType)}


def test_the_printed_schema_is_up_to_date():
    call_command("graphql_schema", "--check", stdout=StringIO())


def test_the_check_detects_an_outdated_printed_schema_without_changing_it(tmp_path, monkeypatch):
    stale = tmp_path / "schema.graphql"
    stale.write_text("type Query { hello: String }\n")
    monkeypatch.setattr(graphql_schema, "FILE", stale)
    with pytest.raises(CommandError, match="out of date"):
        call_command("graphql_schema", "--check", stdout=StringIO())
    assert "hello" in stale.read_text()
    call_command("graphql_schema", stdout=StringIO())
    call_command("graphql_schema", "--check", stdout=StringIO())


def test_the_schema_is_valid_and_equals_the_printed_one():
    assert validate_schema(SCHEMA) == []
    text = (idl.ROOT / "schema.graphql").read_text()
    assert schemas.printed(build_schema(text)) == text


def test_every_type_field_argument_and_value_has_a_description():
    silent = []
    for name, kind in OWN.items():
        if not kind.description:
            silent.append(name)
        for member, description_text in members(kind):
            if not description_text:
                silent.append(f"{name}.{member}")
    assert silent == []


NAME, VALUE = re.compile(r"`([^`]+)`"), re.compile(r'"[^"]*"')


def names():
    """Whatever has a name in the schema."""
    for name, kind in OWN.items():
        yield name
        for member, _ in members(kind):
            yield from member.rstrip(")").split("(")
    yield from SCHEMA.type_map["InvalidInput"].fields


def test_every_name_in_a_description_is_a_name_of_this_schema():
    """Names are in back quotes, values in double quotes; the names of the contracts are converted."""
    known, wrong = set(names()), []
    for name, kind in OWN.items():
        for place, description_text in (
            (name, kind.description),
            *((f"{name}.{member}", description_text) for member, description_text in members(kind)),
        ):
            named = {
                word
                for quoted in NAME.findall(description_text)
                for word in re.findall(r"[A-Za-z_]\w*", VALUE.sub("", quoted))
            }
            snakes = re.findall(r"\b[a-z]+_\w+|\b[A-Z]+_[A-Z_]+\b", VALUE.sub("", NAME.sub("", description_text)))
            wrong += [(place, word) for word in (*(named - known), *snakes)]
    assert [one for one in wrong if one[0] not in BUILT_IN] == []


BUILT_IN = {"Boolean", "String", "Float", "Int", "ID"}


def test_items_of_a_page_are_never_null():
    """Nodes that are fetched separately may be null: one is missing, not the whole page."""
    for name, kind in OWN.items():
        if name.endswith("Connection"):
            nodes, node = str(kind.fields["nodes"].type), str(SCHEMA.type_map[name[:-10] + "Edge"].fields["node"].type)
            fetched = name == "RecommendationConnection"
            assert nodes == (f"[{node}]!")
            assert node.endswith("!") is not fetched


def test_custom_scalars_have_specified_by():
    own = [kind for name, kind in OWN.items() if isinstance(kind, GraphQLScalarType) and name not in BUILT_IN]
    assert {kind.name: kind.specified_by_url for kind in own} == {
        "DateTime": "https://www.rfc-editor.org/rfc/rfc3339",
        "Long": "https://www.rfc-editor.org/rfc/rfc8259#section-6",
    }


def members(kind):
    if isinstance(kind, GraphQLEnumType):
        yield from ((value, one.description) for value, one in kind.values.items())
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield name, field.description
            for argument, one in getattr(field, "args", {}).items():
                yield f"{name}({argument})", one.description


def test_every_mutation_returns_a_union_of_its_success_and_its_refusals():
    for name, field in SCHEMA.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        union = RESULTS[f"{title}Result"]
        assert field.type is union
        success, *refusals = union.types
        assert success.name == f"{title}Success"
        assert refusals, f"{name} can never be refused"
        assert all(SCHEMA.type_map["Refusal"] in refusal.interfaces for refusal in refusals)
        assert list(field.args) in ([], ["input"])


def test_the_members_of_a_result_can_be_selected_together():
    """The same field on two members has the same type, else no operation could ask for both without aliases."""
    for union in RESULTS.values():
        seen = {}
        for member in union.types:
            for name, field in member.fields.items():
                assert str(seen.setdefault(name, field.type)) == str(field.type), f"{union.name}: {member.name}.{name}"


def test_every_node_can_be_fetched_by_its_id_and_nothing_else_can():
    nodes = {kind.name for kind in SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects}
    assert nodes == set(NODES)


def test_every_list_that_needs_a_call_is_a_connection():
    plain = {"Query.nodes", "Category.path"}
    holders = [SCHEMA.query_type, *SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects]
    for holder in holders:
        for name, field in holder.fields.items():
            embedded = f"{holder.name}.{name}" in plain or field.resolve is None or name in STRUCT_LISTS
            assert embedded or not is_list_type(get_nullable_type(field.type)), f"{holder.name}.{name}"


# Lists that stand within the structs themselves.
STRUCT_LISTS = {
    "attributes",
    "images",
    "renditions",
    "prices",
    "lines",
    "changes",
    "charges",
    "shipments",
    "returns",
    "nextStatuses",
    "addresses",
    "settings",
}


def test_types_have_the_descriptions_of_the_contract():
    product = SCHEMA.type_map["Product"]
    assert product.description == "A product that the shop sells."
    assert product.fields["name"].description == "The name."
    assert SCHEMA.mutation_type.fields["cancelOrder"].description.startswith("Cancels an order")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_every_example_of_the_explorer_is_valid(example):
    assert validate(SCHEMA, parse(example["query"])) == []


def test_a_weight_on_an_unknown_field_is_refused():
    with pytest.raises(ValueError, match=r"Product\.colour"):
        execution.engine(SCHEMA, {"Product.colour": 3})


def test_secrets_appear_only_where_they_are_issued():
    shown = {
        f"{name}.{member}"
        for name, kind in OWN.items()
        if isinstance(kind, GraphQLObjectType)
        for member in kind.fields
        if "token" in member.lower() or "password" in member.lower()
    } - {f"Mutation.{name}" for name in SCHEMA.mutation_type.fields}
    assert shown == {"LogInSuccess.token", "OpenCartSuccess.token"}


def test_the_platforms_interfaces_are_those_of_the_schema():
    assert {derive.node._meta.name, derive.refusal._meta.name} <= set(OWN)
