"""Hostile requests against the shop's own schema: refused before anything runs, under a second of work, never our failure."""

import pytest
from graphql import build_client_schema, get_introspection_query

from apps.gateway import gateway  # noqa: F401 - its modules connect to services when they are imported
from tests.gateway import client, shop
from tests.graphql import test_limits

pytestmark = pytest.mark.django_db

CARD = "name prices { amount currency } images { url } attributes { name value } stock { available } category { name }"
PAGE = "products(first: 100) { ...P }"
COSTLY = {
    "pages within pages": f"{{ categories(first: 100) {{ nodes {{ products(first: 100) {{ nodes {{ {CARD} }} }} }} }} }}",
    "up and down the tree": (
        "{ categories { nodes { parent { children { nodes { parent { children { nodes { name } } } } } } } } }"
    ),
    "recommendations of recommendations": (
        "{ popular(first: 100) { nodes { boughtTogether(first: 100) { nodes { boughtTogether { nodes { name } } } } } } }"
    ),
    "many calls": (
        "{ products(first: 100) { nodes { priceHistory { totalCount } history { totalCount }"
        " boughtTogether { totalCount } stockMovements { totalCount } } } }"
    ),
    "by fragments": (
        f"{{ a: {PAGE} b: {PAGE} c: {PAGE} d: {PAGE} }}"
        f" fragment P on ProductConnection {{ nodes {{ {CARD} }} edges {{ node {{ {CARD} }} }} }}"
    ),
    "guesses at a password": "mutation { "
    + " ".join(f'a{n}: logIn(input: {{email: "a@b.com", password: "{n}"}}) {{ __typename }}' for n in range(14))
    + " }",
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_document_that_is_too_expensive_is_refused_before_execution(monkeypatch, name):
    monkeypatch.setattr("thriftshop.rpc.client._acall", None)
    assert client.code(COSTLY[name]) == "LIMIT_COST"


@pytest.mark.parametrize("name", test_limits.HOSTILE)
def test_a_hostile_document_costs_less_than_a_second_of_work(settings, name):
    settings.GRAPHQL_OPEN = True
    document = (
        test_limits.HOSTILE[name][0]
        .replace("must", "dataExport")
        .replace("levels", "products")
        .replace("level", "viewer")
    )
    seconds, answer = client.work(document)
    assert seconds < 1.0
    assert answer["errors"][0]["extensions"]["code"] not in ("INTERNAL", "")


def test_the_standard_introspection_returns_the_whole_schema(settings):
    settings.GRAPHQL_OPEN = True
    seconds, answer = client.work(get_introspection_query())
    found = build_client_schema(answer["data"])
    assert seconds < 3.0
    assert "PlaceOrderSuccess" in found.type_map


def test_a_storefronts_queries_are_within_the_limits(stocked):
    page = f"{{ products(first: 100) {{ totalCount facets {{ code values {{ value count }} }} nodes {{ id slug {CARD} }} }} }}"
    answer = client.ask(page)
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["requested"] < 2_500
    assert len(answer["data"]["products"]["nodes"]) == shop.PRODUCTS
