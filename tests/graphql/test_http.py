"""GraphQL over HTTP: methods, media types, statuses, bodies of every wrong kind."""

import gzip

import orjson
import pytest

from tests.gateway import client
from thriftshop.web import origin

RESPONSE = "application/graphql-response+json"
HELLO = {"query": '{ hello(name: "Ada") }'}


def outcome(response):
    """Status, media type without charset, and the code of the first error."""
    errors = orjson.loads(response.body).get("errors") or [{"extensions": {"code": ""}}]
    return response.status, response.headers["content-type"].partition(";")[0], errors[0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", client.JSON),
        ("*/*", client.JSON),
        (client.JSON, client.JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {client.JSON};q=0.5", RESPONSE),
        (f"{client.JSON}, {RESPONSE};q=0.5", client.JSON),
        ("application/*", client.JSON),
        ("text/html, */*;q=0.1", client.JSON),
        (f"{client.JSON}; charset=utf-8", client.JSON),
    ],
)
def test_the_response_has_the_media_type_that_the_client_prefers(accept, expected):
    assert outcome(client.send(HELLO, accept=accept)) == (200, expected, "")


@pytest.mark.parametrize(
    "accept", ["text/plain", "image/png, text/html", f"{client.JSON};q=0", f"{client.JSON};charset=latin-1"]
)
def test_a_client_that_accepts_no_supported_media_type_gets_406(accept):
    assert outcome(client.send(HELLO, accept=accept)) == (406, client.JSON, "BAD_REQUEST")


# What is wrong, and the status for clients that read application/graphql-response+json and application/json.
WRONG = {
    "no JSON": (b"{", 400, 400, "BAD_REQUEST"),
    "no text": (b"\xff\xfe", 400, 400, "BAD_REQUEST"),
    "half a character": (b'{"query": "{ hello(name: \\"\\ud800\\") }"}', 400, 400, "BAD_REQUEST"),
    "nesting": (b"[" * 100_000, 400, 400, "BAD_REQUEST"),
    "nothing": (b"", 400, 400, "BAD_REQUEST"),
    "a number": (7, 400, 400, "BAD_REQUEST"),
    "no query": ({}, 400, 400, "BAD_REQUEST"),
    "an empty query": ({"query": " "}, 400, 400, "BAD_REQUEST"),
    "a query that is no text": ({"query": {}}, 400, 400, "BAD_REQUEST"),
    "an operation's name that is no text": (HELLO | {"operationName": 7}, 400, 400, "BAD_REQUEST"),
    "variables that are a list": (HELLO | {"variables": []}, 400, 400, "BAD_REQUEST"),
    "variables that are text": (HELLO | {"variables": "{}"}, 400, 400, "BAD_REQUEST"),
    "extensions that are a number": (HELLO | {"extensions": 0}, 400, 400, "BAD_REQUEST"),
    "no document": ({"query": "{"}, 400, 200, "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ({"query": "{ nothing }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
    "a wrong variable": (
        {"query": "query ($n: Int!) { many(count: $n) }", "variables": {"n": "x"}},
        400,
        200,
        "BAD_USER_INPUT",
    ),
    "an unknown operation": (HELLO | {"operationName": "Nobody"}, 400, 200, "OPERATION_NOT_FOUND"),
    "no operation said": ({"query": "query A { must } query B { must }"}, 400, 200, "OPERATION_NOT_FOUND"),
    "a subscription": ({"query": "subscription { hello }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
    "no operation": ({"query": "fragment F on Query { must }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
    "an empty batch": ([], 400, 200, "LIMIT_BATCH"),
    "a large batch": ([HELLO] * 11, 400, 200, "LIMIT_BATCH"),
    "a large body": (b" " * (1_048_576 + 1), 413, 413, "LIMIT_BODY"),
}


@pytest.mark.parametrize("name", WRONG)
def test_invalid_requests_are_refused_with_a_code_and_the_right_status(name):
    body, status, status_for_json, code = WRONG[name]
    assert outcome(client.send(body, accept=RESPONSE)) == (status, RESPONSE, code)
    assert outcome(client.send(body)) == (status_for_json, client.JSON, code)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ],
)
def test_a_body_that_is_not_json_is_refused(content_type):
    assert outcome(client.send(HELLO, content_type=content_type)) == (415, client.JSON, "BAD_REQUEST")


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_an_encoded_body_is_refused(encoding):
    response = client.send(gzip.compress(orjson.dumps(HELLO)), content_encoding=encoding)
    assert outcome(response) == (415, client.JSON, "BAD_REQUEST")
    assert response.headers["accept-encoding"] == "identity"
    assert b"uncompressed" in response.body


def test_a_body_with_the_encoding_identity_is_read():
    assert client.send(HELLO, content_encoding="identity").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"])
def test_only_get_and_post_are_answered(method):
    response = client.send(HELLO, method=method)
    assert (response.status, response.headers["allow"]) == (405, "POST")


def get(query, **headers):
    return client.send(b"", method="GET", query=query, **headers)


def test_a_query_may_be_a_get_if_the_schema_is_open(settings):
    settings.GRAPHQL_OPEN = True
    response = get("query=query($n:String!)%7Bhello(name:$n)%7D&variables=%7B%22n%22:%22Ada%22%7D")
    assert orjson.loads(response.body)["data"] == {"hello": "Hello Ada!"}


def test_a_mutation_is_never_a_get(settings):
    settings.GRAPHQL_OPEN = True
    query = 'query=mutation%7Breserve(input:%7Bsku:"A",quantity:1%7D)%7B__typename%7D%7D'
    assert outcome(get(query))[0::2] == (405, "BAD_REQUEST")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "query=",
        "variables=%7B%7D",
        "query=%FF",
        "query=%7Bmust%7D&variables=%7B",
        "query=%7Bmust%7D&variables=[]",
        "&".join(["a=b"] * 50),
    ],
)
def test_an_invalid_get_is_refused(settings, query):
    settings.GRAPHQL_OPEN = True
    assert outcome(get(query))[0::2] == (400, "BAD_REQUEST")


def test_a_closed_schema_refuses_get_introspection_suggestions_and_the_explorer():
    assert get("query=%7B__typename%7D").status == 405
    assert get("", accept="text/html").status == 406
    assert client.code("{ __schema { types { name } } }") == "GRAPHQL_VALIDATION_FAILED"
    assert "Did you mean" not in str(client.ask("{ helo }"))


def test_an_open_schema_offers_introspection_suggestions_and_the_explorer(settings):
    settings.GRAPHQL_OPEN = True
    page = get("", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert client.data("{ __schema { queryType { name } } }") == {"__schema": {"queryType": {"name": "Query"}}}
    assert "Did you mean 'hello'?" in str(client.ask("{ helo }"))


def test_the_standard_introspection_is_within_the_limits(settings):
    from graphql import build_client_schema, get_introspection_query

    settings.GRAPHQL_OPEN = True
    found = client.data(get_introspection_query())
    assert "StockLevel" in build_client_schema(found).type_map


def test_responses_are_not_cached_by_proxies():
    headers = client.send(HELLO).headers
    assert (headers["cache-control"], headers["vary"], headers["x-content-type-options"]) == (
        "no-store",
        "Accept",
        "nosniff",
    )


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
    ],
)
def test_the_clients_address_is_taken_from_behind_the_trusted_proxies_only(settings, proxies, forwarded, expected):
    settings.PROXIES = proxies
    assert origin.client_address({"x-forwarded-for": forwarded}, "192.0.2.7") == expected
