"""Limits: counted over fragments, refused before anything runs; hostile requests are cheap and never our failure."""

import orjson
import pytest

from tests.gateway import client

CHAIN = (
    "query { ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(100))
    + " fragment F100 on Query { must }"
)
# Each fragment spreads the next one twice: 2 to the power of 12 fields, if anybody counted them one by one.
BOMB = (
    "query { ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(12))
    + " fragment F12 on Query { a: must }"
)
NESTED_PAGES = (
    "{ levels(first: 100) { nodes { id } edges { node { id } } } a: levels(first: 100) { edges { node { id } } } }"
)

HOSTILE = {
    "characters": ("{ must " + "#" * 15_000 + "\n}", "LIMIT_CHARACTERS"),
    "tokens": ("{ " + "must " * 1_000 + "}", "LIMIT_TOKENS"),
    "many repeated fields": ("{ " + "must " * 900 + "}", "LIMIT_ALIASES"),
    "many aliases": ("{ " + " ".join(f"a{n}: must" for n in range(16)) + "}", "LIMIT_ALIASES"),
    "aliases by fragments": (
        "{ ...F ...G } fragment F on Query { ...H } fragment G on Query { ...H } fragment H on Query { "
        + " ".join(f"a{n}: must" for n in range(8))
        + " }",
        "LIMIT_ALIASES",
    ),
    "a bomb of fragments": (BOMB, "LIMIT_ALIASES"),
    "a chain of fragments": (CHAIN, "LIMIT_DEPTH"),
    "a circle of fragments": (
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a fragment within itself": ("{ ...F } fragment F on Query { must ...F }", "GRAPHQL_VALIDATION_FAILED"),
    "depth": ("{ " + "node { " * 11 + "id" + " }" * 12, "LIMIT_DEPTH"),
    "depth by fragments": (
        "{ ...F } fragment F on Query { a { b { c { d { ...G } } } } } "
        "fragment G on Query { a { b { c { d { e { f { g } } } } } } }",
        "LIMIT_DEPTH",
    ),
    "brackets": ("{ a(b: " + "[" * 400 + "]" * 400 + ") }", "LIMIT_DEPTH"),
    "braces": ("{" * 400, "LIMIT_DEPTH"),
    "inline fragments": ("{ " + "... { " * 200 + "must" + " }" * 201, "LIMIT_DEPTH"),
    "directives": ("{ must " + "@skip(if: false) " * 51 + "}", "LIMIT_DIRECTIVES"),
    "directives by fragments": (
        "{ ...F ...F ...F } fragment F on Query { must " + "@skip(if: false) " * 17 + "}",
        "LIMIT_DIRECTIVES",
    ),
    "a page too large": ("{ levels(first: 101) { nodes { id } } }", "LIMIT_PAGE_SIZE"),
    "a page too small": ("{ levels(first: 0) { nodes { id } } }", "LIMIT_PAGE_SIZE"),
    "a page below nothing": ("{ levels(first: -1) { nodes { id } } }", "LIMIT_PAGE_SIZE"),
    "a page beyond all numbers": ("{ levels(first: 99999999999) { nodes { id } } }", "GRAPHQL_VALIDATION_FAILED"),
    "unknown fields": ("{ " + " ".join(f"x{n}" for n in range(900)) + " }", "GRAPHQL_VALIDATION_FAILED"),
    "a long name": ("{ " + "x" * 14_000 + " }", "GRAPHQL_VALIDATION_FAILED"),
    "unknown directives": ("{ must " + " ".join(f"@x{n}" for n in range(49)) + " }", "GRAPHQL_VALIDATION_FAILED"),
    "an open text": ('{ hello(name: "', "GRAPHQL_PARSE_FAILED"),
    "a null byte": ("{ \0 }", "GRAPHQL_PARSE_FAILED"),
    "many operations": (" ".join(f"query Q{n} {{ must }}" for n in range(190)), "OPERATION_NOT_FOUND"),
    "overlapping fields": (
        "{ "
        + " ".join(f"...F{n}" for n in range(60))
        + " } "
        + " ".join(f"fragment F{n} on Query {{ level {{ id sku }} ...F{(n + 1) % 60} }}" for n in range(60)),
        "LIMIT_DEPTH",
    ),
    "overlapping pages": (
        "{ "
        + " ".join(f"...F{n}" for n in range(45))
        + " } "
        + " ".join(
            f"fragment F{n} on Query {{ levels(first: {n + 1}) {{ nodes {{ id sku onHand }} }} }}" for n in range(45)
        ),
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "repeated fields within introspection": ("{ __schema { " + "description " * 950 + "} }", "LIMIT_ALIASES"),
    "aliases within introspection": (
        "{ __schema { types { " + " ".join(f"a{n}: fields {{ name }}" for n in range(100)) + " } } }",
        "LIMIT_ALIASES",
    ),
    "repeated fields in a fragment of introspection": (
        "{ must } fragment F on __Type { " + "name " * 900 + "}",
        "LIMIT_ALIASES",
    ),
    "introspection within introspection": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
}


@pytest.mark.parametrize("open_", [True, False], ids=["open", "closed"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_with_its_code(settings, name, open_):
    settings.GRAPHQL_OPEN = open_
    document, code = HOSTILE[name]
    response = client.send({"query": document}, accept="application/graphql-response+json")
    assert (response.status, orjson.loads(response.body)["errors"][0]["extensions"]["code"]) == (400, code)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_costs_less_than_a_second_of_work(settings, name):
    settings.GRAPHQL_OPEN = True
    seconds, _ = client.work(HOSTILE[name][0])
    assert seconds < 1.0


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"n": 2**31}, "BAD_USER_INPUT"),
        ({"n": 1e300}, "BAD_USER_INPUT"),
        ({"n": -1}, "LIMIT_PAGE_SIZE"),
        ({"n": 101}, "LIMIT_PAGE_SIZE"),
        ({"n": "x" * 500_000}, "BAD_USER_INPUT"),
        ({"n": [[]] * 9_000}, "BAD_USER_INPUT"),
        ({"n": [[]] * 100_000}, "LIMIT_VALUES"),
        ({"n": [[1] * 100] * 100}, "LIMIT_VALUES"),
        ({"n": {"a": {str(number): 1 for number in range(10_000)}}}, "LIMIT_VALUES"),
        ({"n": 1} | {f"x{number}": 1 for number in range(10_000)}, "LIMIT_VALUES"),
        ({"n": {"a": None}}, "BAD_USER_INPUT"),
        ({"n": None}, "BAD_USER_INPUT"),
        ({"n": True}, "BAD_USER_INPUT"),
        ({}, "BAD_USER_INPUT"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_hostile_variables_are_refused(variables, code):
    assert client.code("query ($n: Int!) { levels(first: $n) { nodes { id } } }", **variables) == code


def test_a_page_size_variable_counts_with_its_default():
    answer = client.ask("query ($n: Int! = 30) { levels(first: $n) { nodes { id } } }")
    assert (len(answer["data"]["levels"]["nodes"]), answer["extensions"]["cost"]["requested"]) == (30, 31)


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ must }", 0),
        ('{ hello(name: "Ada") }', 7),
        ("{ level { id sku } }", 1),
        ("{ levels { totalCount } }", 1),
        ("{ levels { nodes { id } } }", 21),
        ("{ levels(first: 10) { edges { node { id } } pageInfo { hasNextPage } } }", 22),
        (
            "{ ...F } fragment F on Query { level { id } levels(first: 5) { ...G } } "
            "fragment G on StockLevelConnection { nodes { id } }",
            7,
        ),
        ("{ ...F ...F } fragment F on Query { level { id } }", 2),
        ("{ ... on Query { level { id } } ... { level { id } } }", 2),
        ("{ node { id ... on StockLevel { sku } } }", 1),
        ("{ __typename __schema { types { name } } }", 0),
    ],
)
def test_the_cost_counts_objects_multiplied_by_page_sizes(settings, document, cost):
    settings.GRAPHQL_OPEN = True
    document = document.replace("{ must }", "{ __typename }")
    assert client.ask(document)["extensions"]["cost"]["requested"] == cost


def test_an_operation_that_is_too_expensive_is_refused(settings):
    settings.GRAPHQL_MAX_COST = 200
    answer = client.ask(NESTED_PAGES)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"] == {"code": "LIMIT_COST", "found": 502, "allowed": 200}


def test_the_operations_of_a_batch_are_counted_together(settings):
    settings.GRAPHQL_MAX_COST = 200
    one = {"query": "{ levels(first: 90) { nodes { id } } }"}
    assert b"LIMIT_COST" not in client.send([one, one]).body
    assert b"LIMIT_COST" in client.send([one, one, one]).body


def test_every_limit_is_a_setting(settings):
    settings.GRAPHQL_MAX_DEPTH = 1
    assert client.code("{ level { id } }") == "LIMIT_DEPTH"
