"""Batches: one answer for each operation, in their order, whatever is wrong with another one."""

import orjson
import pytest

from tests.gateway import client

HELLO = {"query": '{ hello(name: "Ada") }'}
SAID = {"hello": "Hello Ada!"}
INVALID = {
    "no object": (7, "BAD_REQUEST"),
    "a batch": ([HELLO], "BAD_REQUEST"),
    "no query": ({}, "BAD_REQUEST"),
    "no document": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "an unknown operation": (HELLO | {"operationName": "Nobody"}, "OPERATION_NOT_FOUND"),
    "a wrong variable": (
        {"query": "query ($n: Int!) { many(count: $n) }", "variables": {"n": "x"}},
        "BAD_USER_INPUT",
    ),
    "too deep a document": ({"query": "{ a " * 70 + "}" * 70}, "LIMIT_DEPTH"),
    "only a hash": (
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}},
        "PERSISTED_QUERY_NOT_SUPPORTED",
    ),
}


@pytest.mark.parametrize("accept", [client.JSON, "application/graphql-response+json"])
@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_operation_of_a_batch_gets_its_own_error_and_the_others_run(name, accept):
    operation, code = INVALID[name]
    response = client.send([HELLO, operation, HELLO], accept=accept)
    first, second, third = orjson.loads(response.body)
    assert response.status == 200
    assert first["data"] == third["data"] == SAID
    assert [error["extensions"]["code"] for error in second["errors"]] == [code]
    assert "data" not in second


def test_a_batch_that_is_too_expensive_gets_a_refusal_for_each_operation(settings):
    settings.GRAPHQL_MAX_COST = 10
    response = client.send([HELLO, {"query": "{ nothing }"}, HELLO])
    codes = [load["errors"][0]["extensions"]["code"] for load in orjson.loads(response.body)]
    assert (response.status, codes) == (200, ["LIMIT_COST", "GRAPHQL_VALIDATION_FAILED", "LIMIT_COST"])


@pytest.mark.parametrize("accept", [client.JSON, "application/graphql-response+json"])
def test_a_request_with_only_a_hash_is_refused_as_apollo_expects(accept):
    hash_only = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}, "variables": {}}
    response = client.send(hash_only, accept=accept)
    expected = {"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}
    assert (response.status, orjson.loads(response.body)) == (200, {"errors": [expected]})
    assert orjson.loads(client.send(HELLO | hash_only).body)["data"] == SAID


def test_a_get_with_only_a_hash_is_refused_in_the_same_way(settings):
    settings.GRAPHQL_OPEN = True
    query = "extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22ab%22%7D%7D"
    response = client.send(b"", method="GET", query=query)
    assert orjson.loads(response.body)["errors"][0]["message"] == "PersistedQueryNotSupported"


@pytest.mark.parametrize(
    ("document", "message", "places"),
    [
        ("{ must " + "@nothing " * 10 + "}", "Unknown directive '@nothing'.", 10),
        (
            "{ " + " ".join(f"a{n}: nothing" for n in range(14)) + " }",
            "Cannot query field 'nothing' on type 'Query'.",
            10,
        ),
    ],
)
def test_equal_errors_are_reported_once_with_all_locations(document, message, places):
    (error,) = client.ask(document)["errors"]
    assert error["message"] == message
    assert len(error["locations"]) == places
