"""Every list of the schema, walked through from either end while it changes: nothing that stays is skipped or repeated."""

import random

import pytest
from graphql import get_named_type

from apps.gateway.schema import SCHEMA
from tests.gateway import client
from tests.gateway.walking import WALKS
from tests.gateway.walks import World

pytestmark = pytest.mark.django_db
MAX_CHANGES = 6


@pytest.fixture
def world(ann, sue):
    return World(random.Random(1), ann, sue)


def test_every_connection_of_the_schema_is_walked():
    connections = {
        f"{name}.{field}"
        for name, kind in SCHEMA.type_map.items()
        for field, declared in getattr(kind, "fields", {}).items()
        if get_named_type(declared.type).name.endswith("Connection")
    }
    assert {walk.connection for walk in WALKS.values()} == connections


def everything(walk, world):
    edges, _ = walk.page(world, "first: 100")
    return [identity for identity, _ in edges]


def walked(walk, world, backward):
    """What is met on the way, and what changed its place meanwhile; the cursor is any of a page's, not only its last."""
    size, cursor_name = ("last", "before") if backward else ("first", "after")
    met, moved, cursor, changes = [], set(), None, 0
    while True:
        edges, info = walk.page(world, f"{size}: 3" + (f', {cursor_name}: "{cursor}"' if cursor else ""))
        assert info["startCursor"] == (edges[0][1] if edges else None)
        assert info["endCursor"] == (edges[-1][1] if edges else None)
        if not edges:
            return met, moved
        kept = world.chance.randint(1, len(edges))
        part = edges[-kept:] if backward else edges[:kept]
        met = [*part, *met] if backward else [*met, *part]
        if kept == len(edges) and not info["hasPreviousPage" if backward else "hasNextPage"]:
            return met, moved
        cursor = (part[0] if backward else part[-1])[1]
        if changes < MAX_CHANGES:
            moved |= walk.change(world)
            changes += 1


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("name", WALKS)
def test_unchanged_items_appear_exactly_once(world, name, backward):
    walk = WALKS[name]
    walk.prepare(world)
    for seed in range(2):
        world.chance.seed(seed)
        before = everything(walk, world)
        edges, moved = walked(walk, world, backward)
        met, after = [identity for identity, _ in edges], everything(walk, world)
        stayed = [one for one in before if one in set(after) - moved]
        found = [one for one in met if one in stayed]
        assert len(before) > 3
        assert len(stayed) > 0
        assert sorted(found) == sorted(stayed), (seed, before, met, after, moved)
        assert not walk.keeps_order or found == stayed


@pytest.mark.parametrize("name", WALKS)
def test_after_and_before_select_the_items_between_two_cursors(world, name):
    walk = WALKS[name]
    walk.prepare(world)
    whole, _ = walk.page(world, "first: 100")
    ids = [identity for identity, _ in whole]
    for size, (start, end) in ((2, (0, 3)), (3, (1, len(ids) - 1)), (100, (0, len(ids) - 1))):
        bounds = f'after: "{whole[start][1]}", before: "{whole[end][1]}"'
        expected = ids[start + 1 : end]
        first, info = walk.page(world, f"first: {size}, {bounds}")
        assert [identity for identity, _ in first] == expected[:size]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (size < len(expected), True)
        last, info = walk.page(world, f"last: {size}, {bounds}")
        assert [identity for identity, _ in last] == expected[-size:]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, size < len(expected))


@pytest.mark.parametrize("name", WALKS)
def test_a_cursor_of_another_list_and_a_damaged_one_are_refused(world, name):
    walk = WALKS[name]
    for prepare in {walk.prepare, WALKS["sessions"].prepare, WALKS["categories"].prepare}:
        prepare(world)
    other = WALKS["categories" if walk.connection == "Query.sessions" else "sessions"]
    (_, own), *_ = walk.page(world, "first: 1")[0]
    (_, foreign), *_ = other.page(world, "first: 1")[0]
    damaged = own[:-3] + ("A" if own[-3] != "A" else "B") + own[-2:]
    old = "WyJXek1zSWs5aGF5SXNNVjAiLCAwXQ"  # as cursors were before: a place in a list
    for argument in ("after", "before"):
        for cursor in (foreign, damaged, old, "", "x", "🙂"):
            answer = client.ask(f"{{ {walk.text(world, f'{argument}: {quoted(cursor)}')} }}", walk.token(world))
            (error,) = answer["errors"]
            assert error["extensions"] == {"code": "INVALID_INPUT", "field": argument}, answer
            assert error["message"].startswith("Invalid cursor ")


def quoted(text):
    return f'"{text}"'


def test_a_cursor_is_bound_to_its_sort_order_and_its_filter(world):
    (_, cursor), *_ = WALKS["products, NAME"].page(world, "first: 1")[0]
    for arguments in ("sort: NEWEST", 'sort: NAME, filter: {query: "lamp"}', "sort: PRICE_LOW"):
        answer = client.ask(f"{{ products({arguments}, after: {quoted(cursor)}) {{ totalCount }} }}")
        assert answer["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "after"}
        assert "another list, sort order or filter" in answer["errors"][0]["message"]
    page = f"sort: NAME, filter: {{categoryIds: [], attributes: []}}, after: {quoted(cursor)}"
    assert client.data(f"{{ products({page}) {{ totalCount }} }}")["products"]["totalCount"] == 24


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("first: 2, last: 2", "INVALID_INPUT"),
        ("first: 20, last: 2", "INVALID_INPUT"),
        ("last: 0", "LIMIT_PAGE_SIZE"),
        ("last: 101", "LIMIT_PAGE_SIZE"),
        ("last: -1", "LIMIT_PAGE_SIZE"),
        ("first: 0", "LIMIT_PAGE_SIZE"),
        ("first: 101", "LIMIT_PAGE_SIZE"),
    ],
)
def test_an_invalid_page_size_is_refused(world, page, code):
    assert client.code(f"{{ products({page}) {{ totalCount }} }}") == code


def test_null_arguments_count_as_omitted(world):
    document = "query ($first: Int, $last: Int) { products(first: $first, last: $last) { nodes { sku } } }"
    for variables, expected in (({}, 20), ({"first": None}, 20), ({"first": None, "last": 3}, 3), ({"last": 2}, 2)):
        assert len(client.ask_for(document, "", variables)["products"]["nodes"]) == expected
