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
    "an unknown hash": (
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}},
        "PERSISTED_QUERY_NOT_FOUND",
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


def test_the_documents_of_a_batch_have_three_times_the_tokens_of_one_together(settings):
    settings.GRAPHQL_MAX_TOKENS = 10
    names = [f"a{n}" for n in range(5)]

    def codes(documents):
        loads = orjson.loads(client.send([{"query": document} for document in documents]).body)
        return {load["errors"][0]["extensions"]["code"] if "errors" in load else None for load in loads}

    documents = [f"{{ {name}: level {{ sku }} }}" for name in names]  # of 8 tokens each
    assert codes(documents[:3]) == {None}
    for _ in range(2):
        assert codes(documents) == {"LIMIT_TOKENS"}
    assert codes(documents[:1] * 10) == {None}  # the same document counts once
    assert codes(documents[3:]) == {None}


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
