"""Answers: data, refusals as members of unions, and errors with stable codes that reveal no internals."""

import logging

import pytest
from graphql import GraphQLError

from tests.gateway import client
from tests.graphql import sample
from thriftshop.graphql import errors
from thriftshop.rpc import errors as rpc_errors
from thriftshop.telemetry import repeats


def test_a_response_has_data_and_cost():
    answer = client.ask('{ hello(name: "Ada") }')
    assert answer == {"data": {"hello": "Hello Ada!"}, "extensions": {"cost": {"requested": 7, "allowed": 5000}}}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("bug", "INTERNAL"),
        ("refusal", "OUT_OF_STOCK"),
        ("unavailable", "SERVICE_UNAVAILABLE"),
        ("fault", "INTERNAL"),
        ("late", "DEADLINE_EXCEEDED"),
    ],
)
def test_a_failed_field_is_null_with_a_code_and_the_rest_is_valid(how, code):
    answer = client.ask('query ($how: String!) { fail(how: $how) hello(name: "Ada") }', how=how)
    assert answer["data"] == {"fail": None, "hello": "Hello Ada!"}
    assert [(error["extensions"]["code"], error["path"]) for error in answer["errors"]] == [(code, ["fail"])]


@pytest.mark.parametrize("how", ["bug", "unavailable", "fault", "late"])
def test_errors_reveal_no_internal_details(how):
    answer = client.ask("query ($how: String!) { fail(how: $how) }", how=how)
    printed = str(answer)
    assert not any(
        secret in printed for secret in ("secret", "KeyError", "10.0.0.7", "InventoryService", "ZeroDivision")
    )


def test_an_internal_error_is_logged_under_its_trace_id(caplog):
    trace = "0af7651916cd43dd8448eb211c80319c"
    with caplog.at_level(logging.ERROR, "thriftshop.graphql"):
        response = client.send({"query": '{ fail(how: "bug") }'}, traceparent=f"00-{trace}-b7ad6b7169203331-01")
    assert trace.encode() in response.body
    assert "internal error in a field" in caplog.text
    assert "secret of the house" in caplog.text


def test_a_missing_required_field_is_an_internal_error():
    answer = client.ask("{ must }")
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"


def test_at_most_a_hundred_errors_are_reported_with_the_number_of_others():
    errors = client.ask("{ many(count: 250) }")["errors"]
    assert len(errors) == 100
    assert errors[-1] == {
        "message": "There are 151 more errors; only 100 are shown.",
        "extensions": {"code": "LIMIT_ERRORS"},
    }


RESERVE = """mutation ($sku: String!, $quantity: Long!) {
  reserve(input: {sku: $sku, quantity: $quantity}) {
    __typename
    ... on ReserveSuccess { level { id onHand } }
    ... on OutOfStock { shortages { sku requested available } }
    ... on Refusal { code message }
  }
}"""


def test_a_successful_mutation_returns_its_success():
    assert client.data(RESERVE, sku="T-002", quantity=2)["reserve"]["level"] == {
        "id": "U3RvY2tMZXZlbDpULTAwMg",
        "onHand": 2,
    }


def test_a_refusal_is_a_member_of_the_union_with_its_data():
    assert client.data(RESERVE, sku="T-002", quantity=9)["reserve"] == {
        "__typename": "OutOfStock",
        "shortages": [{"sku": "T-002", "requested": 9, "available": 3}],
        "code": "OUT_OF_STOCK",
        "message": "Only 3 are left.",
    }


def test_an_exception_in_a_mutation_is_an_internal_error():
    answer = client.ask(RESERVE, sku="bug", quantity=1)
    assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == ({"reserve": None}, "INTERNAL")


def test_an_interface_resolves_the_type_of_its_values():
    assert client.data("{ node { __typename ... on StockLevel { sku } } }")["node"] == {
        "__typename": "StockLevel",
        "sku": "T-007",
    }


def test_concurrent_loads_are_one_batch_without_duplicates():
    sample.BATCHES.clear()
    assert client.data("{ numbers(count: 40) more: numbers(count: 50) }")["numbers"] == [
        number * 2 for number in range(40)
    ]
    assert [list(range(50))] == sample.BATCHES


def test_a_batch_of_operations_is_answered_in_order():
    response = client.send([{"query": '{ hello(name: "Ada") }'}, {"query": "{ level { sku } }"}])
    assert response.status == 200
    assert response.body.startswith(b'[{"data":{"hello":"Hello Ada!"}')
    assert b"T-007" in response.body


def test_repeated_failures_of_a_field_are_logged_once_and_then_counted(caplog, monkeypatch):
    monkeypatch.setattr(errors, "_failures", repeats.Repeats(errors.log))
    for _ in range(50):
        failed = GraphQLError("failed", path=["cart"], original_error=rpc_errors.Unavailable("The disk is full."))
        (shown,) = errors.formatted([failed])
        assert shown["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    (line,) = [record for record in caplog.records if record.message.startswith("field failed")]
    assert (line.path, line.problem) == ("cart", "The disk is full.")
