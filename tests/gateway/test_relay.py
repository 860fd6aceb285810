"""Relay's rules: the schema's connections, edges, page info and nodes have the form that Relay's compiler requires."""

import pytest
from graphql import (
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    get_named_type,
    get_nullable_type,
)

from apps.gateway.schema import SCHEMA
from tests.gateway import client
from thriftshop.graphql import global_ids

CONNECTIONS = sorted(name for name in SCHEMA.type_map if name.endswith("Connection"))
FIELDS = [
    (name, field, definition)
    for name, kind in SCHEMA.type_map.items()
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    for field, definition in kind.fields.items()
    if get_named_type(definition.type).name.endswith("Connection")
]


@pytest.mark.parametrize("name", CONNECTIONS)
def test_a_connection_has_edges_and_page_info(name):
    fields = SCHEMA.type_map[name].fields
    assert str(fields["pageInfo"].type) == "PageInfo!"
    edges = get_nullable_type(fields["edges"].type)
    assert isinstance(edges, GraphQLList)
    edge = get_named_type(edges)
    assert edge.name == name.removesuffix("Connection") + "Edge"
    assert get_named_type(edge.fields["cursor"].type) is GraphQLString
    node = get_nullable_type(edge.fields["node"].type)
    assert not isinstance(node, GraphQLList)


@pytest.mark.parametrize(
    ("name", "field", "definition"), FIELDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_field_with_a_connection_has_the_arguments_of_both_directions(name, field, definition):
    kinds = {"first": GraphQLInt, "last": GraphQLInt, "after": GraphQLString, "before": GraphQLString}
    assert {argument: definition.args[argument].type for argument in kinds} == kinds


def test_page_info_has_relays_fields():
    fields = SCHEMA.type_map["PageInfo"].fields
    assert {name: str(field.type) for name, field in fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_nodes_have_an_id_and_can_be_fetched_by_it():
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {name: str(field.type) for name, field in node.fields.items()} == {"id": "ID!"}
    query = SCHEMA.query_type.fields
    assert (str(query["node"].type), str(query["node"].args["id"].type)) == ("Node", "ID!")
    nodes = get_nullable_type(query["nodes"].type)
    assert (str(nodes), str(query["nodes"].args["ids"].type)) == ("[Node]", "[ID!]!")
    for kind in SCHEMA.get_possible_types(node):
        assert isinstance(kind.fields["id"].type, GraphQLNonNull)


@pytest.mark.django_db
def test_node_returns_the_same_object_with_the_same_id(stocked):
    found = client.data('{ product(sku: "TS-001") { id sku name } }')["product"]
    again = "... on Product { id sku name }"
    assert (
        client.ask_for(f"query ($id: ID!) {{ node(id: $id) {{ {again} }} }}", "", {"id": found["id"]})["node"] == found
    )
    unknown = global_ids.encode("Product", "nothing")
    listed = client.ask_for(
        f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {again} }} }}", "", {"ids": [found["id"], unknown, found["id"]]}
    )
    assert listed["nodes"] == [found, None, found]
