"""Persisted documents: automatic ones by their hash, trusted ones from a manifest, over POST and GET."""

import hashlib
from urllib.parse import urlencode

import orjson
import pytest

from tests.gateway import client
from thriftshop.graphql import manifests, persisted
from thriftshop.graphql.bounded import Bounded
from thriftshop.graphql.manifests import Persisted

RESPONSE = "application/graphql-response+json"
HELLO = 'query Hello { hello(name: "Ada") }'
GREET = "query Greet($name: String!) { hello(name: $name) }"
RESERVE = 'mutation Reserve { reserve(input: {sku: "A", quantity: 1}) { __typename } }'
SAID = {"hello": "Hello Ada!"}
NOT_FOUND = {
    "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}],
}


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr(persisted, "registered", Bounded(3, 1_000, "registered_documents"))


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(text):
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}}


def by_id(text):
    return {"documentId": f"sha256:{sha256(text)}"}


def answer(content, **headers):
    response = client.send(content, **headers)
    return response.status, orjson.loads(response.body)


def get(content, **headers):
    """A GET with these parameters, encoded as Apollo's and Relay's clients do."""
    parameters = {name: value if isinstance(value, str) else orjson.dumps(value) for name, value in content.items()}
    return client.send(b"", method="GET", query=urlencode(parameters), **headers)


def code(response):
    return response.status, orjson.loads(response.body)["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("accept", [client.JSON, RESPONSE])
@pytest.mark.parametrize("named", [apollo, by_id])
def test_an_unknown_hash_gets_apollos_message_and_is_known_once_the_document_was_sent(named, accept):
    assert answer(named(HELLO), accept=accept) == (200, NOT_FOUND)
    assert answer({"query": HELLO} | named(HELLO), accept=accept)[1]["data"] == SAID
    assert answer(named(HELLO), accept=accept)[1]["data"] == SAID


def test_a_registered_document_runs_with_each_requests_own_variables():
    client.send({"query": GREET} | apollo(GREET))
    for name in ("Ada", "Bob"):
        assert answer(apollo(GREET) | {"variables": {"name": name}})[1]["data"] == {"hello": f"Hello {name}!"}


@pytest.mark.parametrize("named", [apollo, by_id])
def test_a_document_with_the_hash_of_another_one_is_refused_and_not_registered(named):
    response = client.send({"query": HELLO} | named(GREET), accept=RESPONSE)
    assert code(response) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert orjson.loads(response.body)["errors"][0]["message"] == "provided sha does not match query"
    assert answer(named(GREET)) == (200, NOT_FOUND)


@pytest.mark.parametrize(
    "wrong",
    [
        {"extensions": {"persistedQuery": 7}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 7}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "ab"}}},
        {"extensions": {"persistedQuery": {"version": [], "sha256Hash": "ab"}}},
        {"documentId": 7},
        {"documentId": ""},
        {"documentId": {"sha256": "ab"}},
    ],
    ids=str,
)
def test_an_invalid_id_is_refused(wrong):
    assert code(client.send(wrong)) == (400, "BAD_REQUEST")
    assert code(client.send({"query": HELLO} | wrong)) == (400, "BAD_REQUEST")


def test_the_least_recently_used_document_is_replaced_and_can_be_sent_again():
    texts = [f'{{ hello(name: "{number}") }}' for number in range(4)]
    for text in texts:
        client.send({"query": text} | apollo(text))
    assert answer(apollo(texts[0])) == (200, NOT_FOUND)
    assert answer(apollo(texts[3]))[1]["data"] == {"hello": "Hello 3!"}
    assert answer({"query": texts[0]} | apollo(texts[0]))[1]["data"] == {"hello": "Hello 0!"}


def test_a_document_that_is_too_long_is_not_registered(settings):
    settings.GRAPHQL_MAX_CHARACTERS = 20
    long = '{ hello(name: "a long name") }'
    assert code(client.send({"query": long} | apollo(long), accept=RESPONSE)) == (400, "LIMIT_CHARACTERS")
    assert len(persisted.registered) == 0


def test_each_operation_of_a_batch_may_name_its_own_document():
    client.send({"query": HELLO} | apollo(HELLO))
    known, unknown, sent = orjson.loads(client.send([apollo(HELLO), apollo(GREET), {"query": HELLO}]).body)
    assert known["data"] == sent["data"] == SAID
    assert unknown == NOT_FOUND


@pytest.mark.parametrize("named", [apollo, by_id])
def test_a_closed_schema_answers_get_for_persisted_queries(named):
    assert code(get(named(GREET) | {"variables": {"name": "Ada"}})) == (200, "PERSISTED_QUERY_NOT_FOUND")
    client.send({"query": GREET} | named(GREET))
    response = get(named(GREET) | {"variables": {"name": "Ada"}, "operationName": "Greet"})
    assert orjson.loads(response.body)["data"] == SAID
    assert (response.headers["vary"], response.headers["cache-control"]) == ("Accept, Authorization", "no-store")


def test_a_closed_schema_refuses_get_with_a_document(settings):
    client.send({"query": HELLO} | apollo(HELLO))
    refused = get({"query": HELLO} | apollo(HELLO))
    assert code(refused) == (405, "BAD_REQUEST")
    assert refused.headers["allow"] == "GET, POST"
    settings.GRAPHQL_OPEN = True
    assert orjson.loads(get({"query": HELLO} | apollo(HELLO)).body)["data"] == SAID


def test_a_persisted_mutation_is_never_a_get():
    client.send({"query": RESERVE} | apollo(RESERVE))
    refused = get(apollo(RESERVE))
    assert (*code(refused), refused.headers["allow"]) == (405, "BAD_REQUEST", "GET, POST")


# -- trusted documents ----------------------------------------------------------------------------
@pytest.fixture
def manifest(settings, tmp_path):
    """A manifest with one document of Apollo's tools, whose id is its hash, and one of Relay's, whose id is another."""
    file = tmp_path / "manifest.json"
    file.write_text(
        manifests.text_of(
            [Persisted(sha256(HELLO), "Hello", "query", HELLO), Persisted("b7a1", "Greet", "query", GREET)]
        )
    )
    settings.GRAPHQL_DOCUMENTS = str(file)
    return file


@pytest.mark.parametrize("only", [True, False])
@pytest.mark.parametrize(
    "request_", [apollo(HELLO), by_id(HELLO), {"documentId": sha256(HELLO)}, {"query": HELLO}], ids=str
)
def test_a_trusted_document_is_known_without_being_sent(settings, manifest, request_, only):
    settings.GRAPHQL_TRUSTED_ONLY = only
    assert answer(request_)[1]["data"] == SAID


def test_a_trusted_document_has_the_id_of_its_manifest(settings, manifest):
    settings.GRAPHQL_TRUSTED_ONLY = True
    for named in ({"documentId": "b7a1"}, by_id(GREET), apollo(GREET), {"query": GREET, "documentId": "b7a1"}):
        assert answer(named | {"variables": {"name": "Ada"}})[1]["data"] == SAID
    assert orjson.loads(get({"documentId": "b7a1", "variables": {"name": "Ada"}}).body)["data"] == SAID


OTHER = '{ hello(name: "Eve") }'
UNTRUSTED = {
    "a document": {"query": OTHER},
    "a trusted document with another literal": {"query": HELLO.replace("Ada", "Eve")},
    "a document with its hash": {"query": OTHER} | apollo(OTHER),
    "an unknown hash": apollo(OTHER),
    "an unknown id": {"documentId": "c0ffee"},
}


@pytest.mark.parametrize("name", UNTRUSTED)
def test_all_other_documents_are_refused_with_one_code(settings, manifest, name):
    settings.GRAPHQL_TRUSTED_ONLY = True
    assert code(client.send(UNTRUSTED[name], accept=RESPONSE)) == (400, "PERSISTED_QUERY_NOT_IN_LIST")
    assert len(persisted.registered) == 0


def test_a_document_registered_before_is_not_trusted(settings, manifest):
    client.send({"query": OTHER} | apollo(OTHER))
    assert answer(apollo(OTHER))[1]["data"] == {"hello": "Hello Eve!"}
    settings.GRAPHQL_TRUSTED_ONLY = True
    assert code(client.send(apollo(OTHER), accept=RESPONSE)) == (400, "PERSISTED_QUERY_NOT_IN_LIST")


VALID = {"id": "a", "name": "A", "type": "query", "body": "{ must }"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "it is not JSON"),
        (b"[]", "it is not a manifest of the format 'apollo-persisted-query-manifest', version 1"),
        ({"format": manifests.FORMAT, "version": 2, "operations": []}, "it is not a manifest of the format"),
        ({"format": manifests.FORMAT, "version": 1}, "`operations` must be a list"),
        ([7], "operation 1 must be an object"),
        ([VALID, VALID | {"id": 7}], "operation 2 has no 'id'"),
        ([VALID | {"body": ""}], "operation 1 has no 'body'"),
        ([VALID | {"type": "queries"}], "operation 1 has the type 'queries'"),
        ([VALID, VALID | {"body": "{ other }"}], "two different operations have the id 'a'"),
    ],
    ids=str,
)
def test_an_invalid_manifest_is_refused_with_its_problem(tmp_path, content, problem):
    if isinstance(content, list):
        content = {"format": manifests.FORMAT, "version": 1, "operations": content}
    file = tmp_path / "manifest.json"
    file.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    with pytest.raises(manifests.InvalidManifest, match=problem.replace("(", r"\(")):
        manifests.read(file)
