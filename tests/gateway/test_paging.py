"""Every list of the schema, read in pages from either end while it changes: no unchanged item is skipped or repeated."""

import random

import pytest
from graphql import get_named_type

from apps.gateway.schema import SCHEMA
from tests.gateway import client
from tests.gateway.paged_list import World
from tests.gateway.paged_lists import PAGED_LISTS

pytestmark = pytest.mark.django_db
MAX_CHANGES = 6


@pytest.fixture
def world(ann, sue):
    return World(random.Random(1), ann, sue)


def test_every_connection_of_the_schema_is_tested():
    connections = {
        f"{name}.{field}"
        for name, kind in SCHEMA.type_map.items()
        for field, declared in getattr(kind, "fields", {}).items()
        if get_named_type(declared.type).name.endswith("Connection")
    }
    assert {paged_list.connection for paged_list in PAGED_LISTS.values()} == connections


def identities(paged_list, world):
    edges, _ = paged_list.page(world, "first: 100")
    return [identity for identity, _ in edges]


def read_in_parts(paged_list, world, backward):
    """The items read, and those moved meanwhile. The next page starts at any cursor of a page, not only at its last."""
    size, cursor_name = ("last", "before") if backward else ("first", "after")
    read, moved, cursor, changes = [], set(), None, 0
    while True:
        edges, info = paged_list.page(world, f"{size}: 3" + (f', {cursor_name}: "{cursor}"' if cursor else ""))
        assert info["startCursor"] == (edges[0][1] if edges else None)
        assert info["endCursor"] == (edges[-1][1] if edges else None)
        if not edges:
            return read, moved
        used = world.rng.randint(1, len(edges))
        part = edges[-used:] if backward else edges[:used]
        read = [*part, *read] if backward else [*read, *part]
        if used == len(edges) and not info["hasPreviousPage" if backward else "hasNextPage"]:
            return read, moved
        cursor = (part[0] if backward else part[-1])[1]
        if changes < MAX_CHANGES:
            moved |= paged_list.change(world)
            changes += 1


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("name", PAGED_LISTS)
def test_unchanged_items_appear_exactly_once(world, name, backward):
    paged_list = PAGED_LISTS[name]
    paged_list.prepare(world)
    for seed in range(2):
        world.rng.seed(seed)
        before = identities(paged_list, world)
        edges, moved = read_in_parts(paged_list, world, backward)
        read, after = [identity for identity, _ in edges], identities(paged_list, world)
        stayed = [identity for identity in before if identity in set(after) - moved]
        read_unchanged = [identity for identity in read if identity in stayed]
        assert len(before) > 3
        assert len(stayed) > 0
        assert sorted(read_unchanged) == sorted(stayed), (seed, before, read, after, moved)
        assert not paged_list.keeps_order or read_unchanged == stayed


@pytest.mark.parametrize("name", PAGED_LISTS)
def test_after_and_before_select_the_items_between_two_cursors(world, name):
    paged_list = PAGED_LISTS[name]
    paged_list.prepare(world)
    whole, _ = paged_list.page(world, "first: 100")
    ids = [identity for identity, _ in whole]
    for size, (start, end) in ((2, (0, 3)), (3, (1, len(ids) - 1)), (100, (0, len(ids) - 1))):
        bounds = f'after: "{whole[start][1]}", before: "{whole[end][1]}"'
        expected = ids[start + 1 : end]
        first, info = paged_list.page(world, f"first: {size}, {bounds}")
        assert [identity for identity, _ in first] == expected[:size]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (size < len(expected), True)
        last, info = paged_list.page(world, f"last: {size}, {bounds}")
        assert [identity for identity, _ in last] == expected[-size:]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, size < len(expected))


@pytest.mark.parametrize("name", PAGED_LISTS)
def test_a_cursor_of_another_list_and_a_damaged_one_are_refused(world, name):
    paged_list = PAGED_LISTS[name]
    for prepare in {paged_list.prepare, PAGED_LISTS["sessions"].prepare, PAGED_LISTS["categories"].prepare}:
        prepare(world)
    other = PAGED_LISTS["categories" if paged_list.connection == "Query.sessions" else "sessions"]
    (_, cursor), *_ = paged_list.page(world, "first: 1")[0]
    (_, foreign), *_ = other.page(world, "first: 1")[0]
    damaged = cursor[:-3] + ("A" if cursor[-3] != "A" else "B") + cursor[-2:]
    old = "WyJXek1zSWs5aGF5SXNNVjAiLCAwXQ"  # as cursors were before: a place in a list
    for argument in ("after", "before"):
        for cursor in (foreign, damaged, old, "", "x", "🙂"):
            answer = client.ask(
                f"{{ {paged_list.text(world, f'{argument}: {quoted(cursor)}')} }}", paged_list.token(world)
            )
            (error,) = answer["errors"]
            assert error["extensions"] == {"code": "INVALID_INPUT", "field": argument}, answer
            assert error["message"].startswith("Invalid cursor ")


def quoted(text):
    return f'"{text}"'


def test_a_cursor_is_bound_to_its_sort_order_and_its_filter(world):
    (_, cursor), *_ = PAGED_LISTS["products, NAME"].page(world, "first: 1")[0]
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
