"""Connections: Relay's arguments, edges, nodes and page info; the page is fetched once, and only if it is needed."""

import asyncio

import pytest

from idl import common
from tests.gateway import client
from thriftshop.graphql import connections

THINGS = list(range(57))


async def by_service(page):
    """A service's own pages, of a version that knows but one cursor: the last number shown."""
    start = 0 if page.after is None else int(page.after.removeprefix("number-")) + 1
    found = THINGS[start : start + page.first]
    end = f"number-{found[-1]}" if found else None
    info = common.PageInfo(has_next_page=start + page.first < len(THINGS), end_cursor=end, total=len(THINGS))
    return connections.Page(found, info)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "W10", "WzEsMl0", "bnVsbA", "W251bGwsIC0xXQ", "W251bGwsIDEwMV0", "WyJ4IiwgMF0", "🙂", "A" * 5_000],
)
@pytest.mark.parametrize("argument", ["after", "before"])
def test_an_invalid_cursor_is_invalid_input(cursor, argument):
    answer = client.ask(
        f"query ($cursor: String) {{ levels({argument}: $cursor) {{ nodes {{ id }} }} }}", cursor=cursor
    )
    assert answer["data"] == {"levels": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": argument}
    assert len(answer["errors"]) == 1


def test_a_service_that_returns_only_the_last_cursor_can_be_paged():
    page = asyncio.run(by_service(common.Page(first=3)))
    assert [page.cursor(index) for index in range(3)] == [None, None, "number-2"]


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


def test_walking_a_connection_returns_every_item_once():
    met, after, more = [], None, True
    while more:
        shown = client.data(
            "query ($after: String) { levels(first: 100, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } } }",
            after=after,
        )["levels"]
        met += [one["sku"] for one in shown["nodes"]]
        after, more = shown["pageInfo"]["endCursor"], shown["pageInfo"]["hasNextPage"]
    assert met == [f"T-{number:03}" for number in range(250)]


def test_the_page_is_fetched_at_most_once_and_only_if_needed():
    calls = []

    async def fetch(page_request):
        calls.append(page_request.first)
        return await by_service(page_request)

    async def twice():
        connection = connections.Connection(fetch, common.Page(first=3))
        await asyncio.gather(connection.page(), connection.page())

    asyncio.run(twice())
    assert calls == [3]
