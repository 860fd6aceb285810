"""Connections: every cursor leads on from where it stands, whatever pages the service itself gives."""

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idl import common
from tests.gateway import client
from thriftshop.graphql import connections

THINGS = list(range(57))


async def by_service(page):
    """A service's own pages: its cursor is the last number shown, and stands for the end of a page only."""
    start = 0 if page.after is None else int(page.after.removeprefix("number-")) + 1
    found = THINGS[start : start + page.first]
    return connections.Page(
        found, start + page.first < len(THINGS), f"number-{found[-1]}" if found else None, len(THINGS)
    )


FETCHES = {"by a service": by_service, "of a list": connections.of_list(THINGS)}


def page(fetch, first, after):
    connection = connections.Connection(fetch, first, after)
    found = asyncio.run(connection.page())
    return found, [connection.cursor(index, found) for index in range(len(found.items))]


@pytest.mark.parametrize("name", FETCHES)
@given(
    sizes=st.lists(st.integers(1, 100), min_size=1, max_size=8),
    places=st.lists(st.integers(0, 99), min_size=8, max_size=8),
)
def test_the_cursor_of_any_item_leads_to_the_next_item(name, sizes, places):
    after, expected = None, 0
    for size, place in zip(sizes, places, strict=False):
        found, cursors = page(FETCHES[name], size, after)
        assert list(found.items) == THINGS[expected : expected + size]
        assert found.more == (expected + size < len(THINGS))
        if not cursors:
            break
        chosen = place % len(cursors)
        after, expected = cursors[chosen], expected + chosen + 1


@given(st.text())
def test_any_text_is_a_cursor_of_ours_or_refused(text):
    with contextlib.suppress(common.InvalidInput):
        found, _ = page(FETCHES["of a list"], 5, text)
        assert set(found.items) <= set(THINGS)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "W10", "WzEsMl0", "bnVsbA", "W251bGwsIC0xXQ", "W251bGwsIDEwMV0", "WyJ4IiwgMF0", "🙂", "A" * 5_000],
)
def test_a_cursor_that_is_none_of_this_list_is_invalid_input(cursor):
    answer = client.ask("query ($after: String) { levels(after: $after) { nodes { id } } }", after=cursor)
    assert answer["data"] == {"levels": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "after"}
    assert len(answer["errors"]) == 1


def test_a_connection_has_edges_nodes_page_info_and_a_total():
    page_info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    shown = client.data(
        f"{{ levels(first: 2) {{ totalCount edges {{ cursor node {{ sku }} }} nodes {{ sku }} {page_info} }} }}"
    )["levels"]
    cursors = [edge["cursor"] for edge in shown["edges"]]
    assert shown["totalCount"] == 250
    assert [edge["node"] for edge in shown["edges"]] == shown["nodes"] == [{"sku": "T-000"}, {"sku": "T-001"}]
    assert shown["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": cursors[0],
        "endCursor": cursors[1],
    }


def test_walking_a_connection_meets_everything_once():
    met, after, more = [], None, True
    while more:
        shown = client.data(
            "query ($after: String) { levels(first: 100, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } } }",
            after=after,
        )["levels"]
        met += [one["sku"] for one in shown["nodes"]]
        after, more = shown["pageInfo"]["endCursor"], shown["pageInfo"]["hasNextPage"]
    assert met == [f"T-{number:03}" for number in range(250)]


def test_the_page_is_fetched_once_and_only_where_it_is_needed():
    calls = []

    async def fetch(wanted):
        calls.append(wanted.first)
        return await by_service(wanted)

    async def twice():
        connection = connections.Connection(fetch, 3, None)
        await asyncio.gather(connection.page(), connection.page())

    asyncio.run(twice())
    assert calls == [3]
