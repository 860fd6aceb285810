"""Relay connections over the pages that services give, and over lists that are here already."""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphene
from graphql import FieldNode, InlineFragmentNode

from idl import common
from thriftshop.graphql import derive, scalars

DEFAULT_PAGE = 20
# The fields of a connection that need its page; its further fields may not.
ON_PAGE = frozenset({"edges", "nodes", "pageInfo", "totalCount"})

page_info: Any = derive.make(
    graphene.ObjectType,
    "PageInfo",
    "Where a page stands in its list.",
    {
        "has_next_page": graphene.Boolean(required=True, description="Whether more follows."),
        "has_previous_page": graphene.Boolean(required=True, description="Whether something stands before."),
        "start_cursor": graphene.String(description="The cursor of the first one; absent on an empty page."),
        "end_cursor": graphene.String(description="The cursor of the last one; absent on an empty page."),
    },
)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: `cursor` leads on from its end, `total` counts the whole list where that is known."""

    items: Sequence[Any]
    more: bool
    cursor: str | None
    total: int | None = None


Fetch = Callable[[common.Page], Awaitable[Page]]
NodeOf = Callable[[Any, Any], Any]


@dataclass(slots=True)
class Connection:
    """A page that is fetched when a field first needs it, and once."""

    fetch: Fetch
    first: int
    after: str | None
    about: Mapping[str, Any] = field(default_factory=dict)  # what the connection's own further fields need
    fetched: Any = None

    async def page(self) -> Page:
        """The page."""
        if self.fetched is None:
            self.fetched = asyncio.ensure_future(self._fetch())
        page: Page = await self.fetched
        return page

    async def _fetch(self) -> Page:
        start, passed = _opened(self.after)
        if passed:
            # The cursor stands within a page of the service: find the service's own cursor for that place first.
            start = (await self.fetch(common.Page(first=passed, after=start))).cursor
        return await self.fetch(common.Page(first=self.first, after=start))

    def cursor(self, index: int, page: Page) -> str:
        """The cursor of the item at this place of the page."""
        if index == len(page.items) - 1 and page.cursor:
            return _closed(page.cursor, 0)
        start, passed = _opened(self.after)
        return _closed(start, passed + index + 1)


def _closed(start: str | None, passed: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, passed]).encode()).decode().rstrip("=")


def _opened(cursor: str | None) -> tuple[str | None, int]:
    """A cursor as the service's own cursor and how many follow it. Raises common.InvalidInput for one that is not ours."""
    if cursor is None:
        return None, 0
    try:
        start, passed = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not (start is None or isinstance(start, str)) or not isinstance(passed, int) or not 0 <= passed <= 100:
            raise ValueError
    except (binascii.Error, ValueError, TypeError, RecursionError):
        message = f"{cursor[:40]!r} is no cursor of this list; use an endCursor it gave."
        raise common.InvalidInput(message=message, field="after") from None
    return start, passed


def of_list(items: Sequence[Any]) -> Fetch:
    """Pages of a list that is here already; its own cursors are places in it."""

    async def fetch(page: common.Page) -> Page:
        start = place(page.after)
        end = start + page.first
        return Page(items[start:end], end < len(items), str(min(end, len(items))), len(items))

    return fetch


def place(cursor: str | None) -> int:
    """The place in a list that is here already, after such a cursor of ours."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise common.InvalidInput(message="This cursor belongs to another list.", field="after")
    return int(cursor or 0)


def kind(
    node: Any,
    name: str,
    *,
    plural: str = "",
    edge: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    node_of: NodeOf = lambda item, _info: item,
) -> Any:
    """The connection type over a node type: `ProductConnection` with `ProductEdge`.

    `edge` and `fields` add fields to the edge and to the connection; `node_of` gives an item's node, which may be
    awaitable, for those lists whose items say more of a node than the node itself.
    """
    many = plural or f"{name.lower()}s"
    edge_type = _edge(node, name, many, edge or {}, node_of)
    listed = graphene.List(
        graphene.NonNull(edge_type), required=True, description=f"The {many} of this page, with cursors."
    )
    return derive.make(
        graphene.ObjectType,
        f"{name}Connection",
        f"A page of {many}.",
        {
            "edges": listed,
            "nodes": graphene.List(node, required=True, description=f"The {many} of this page, without cursors."),
            "page_info": graphene.Field(page_info, required=True, description="Where this page stands."),
            "total_count": scalars.Long(description="How many there are in all pages, where that is counted."),
            "resolve_edges": _edges,
            "resolve_nodes": _nodes(node_of),
            "resolve_page_info": _page_info,
            "resolve_total_count": _total,
            **(fields or {}),
        },
    )


def _edge(node: Any, name: str, many: str, fields: Mapping[str, Any], node_of: NodeOf) -> Any:
    return derive.make(
        graphene.ObjectType,
        f"{name}Edge",
        f"One of the {many}, with its place in the list.",
        {
            "cursor": graphene.String(required=True, description="The place in the list, for `after`."),
            "node": graphene.Field(node, description="The thing itself."),
            "resolve_node": lambda edge, info: node_of(edge["item"], info),
            **fields,
        },
    )


def field_of(
    connection: Any,
    description: str,
    resolver: Any,
    *,
    required: bool = False,
    default: int = DEFAULT_PAGE,
    **arguments: Any,
) -> Any:
    """A field that gives a connection, with `first` and `after`; the resolver gives a Fetch, or what `Connection` needs."""

    async def resolve(root: Any, info: Any, first: int = default, after: str | None = None, **given: Any) -> Any:
        found = resolver(root, info, **given)
        found = await found if isinstance(found, Awaitable) else found
        if found is None:
            return None
        fetch, about = found if isinstance(found, tuple) else (found, {})
        connection = Connection(fetch, first, after, about)
        if not ON_PAGE.isdisjoint(selected(info)):
            # Fetched here, a failure is the whole connection's, told once.
            await connection.page()
        return connection

    return graphene.Field(
        connection,
        required=required,
        description=description,
        resolver=resolve,
        first=graphene.Int(required=True, default_value=default, description="How many at most, 1 to 100."),
        after=graphene.String(description="Only what follows this cursor."),
        **arguments,
    )


def selected(info: Any) -> set[str]:
    """The names of the fields that are asked for on the object that is being resolved, through its fragments."""
    names: set[str] = set()
    waiting = [node.selection_set for node in info.field_nodes if node.selection_set]
    seen: set[str] = set()
    while waiting:
        for one in waiting.pop().selections:
            if isinstance(one, FieldNode):
                names.add(one.name.value)
            elif isinstance(one, InlineFragmentNode):
                waiting.append(one.selection_set)
            elif one.name.value not in seen:
                seen.add(one.name.value)
                waiting.append(info.fragments[one.name.value].selection_set)
    return names


async def _edges(connection: Connection, _info: Any) -> list[dict[str, Any]]:
    page = await connection.page()
    return [{"cursor": connection.cursor(index, page), "item": item} for index, item in enumerate(page.items)]


def _nodes(node_of: NodeOf) -> Any:
    async def nodes(connection: Connection, info: Any) -> list[Any]:
        return [node_of(item, info) for item in (await connection.page()).items]

    return nodes


async def _page_info(connection: Connection, _info: Any) -> dict[str, Any]:
    page = await connection.page()
    last = len(page.items) - 1
    return {
        "has_next_page": page.more,
        "has_previous_page": connection.after is not None,
        "start_cursor": connection.cursor(0, page) if page.items else None,
        "end_cursor": connection.cursor(last, page) if page.items else None,
    }


async def _total(connection: Connection, _info: Any) -> int | None:
    return (await connection.page()).total
