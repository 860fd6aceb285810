"""Relay connections over pages from services, and over complete lists."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphene
from graphql import FieldNode, InlineFragmentNode

from idl import common
from thriftshop import paging
from thriftshop.graphql import derive, scalars
from thriftshop.graphql.compiler import markers

DEFAULT_PAGE = 20
# The fields of a connection that need its page; additional fields may not.
ON_PAGE = frozenset({"edges", "nodes", "pageInfo", "totalCount"})

page_info: Any = derive.make(
    graphene.ObjectType,
    "PageInfo",
    "The position of a page in its list.",
    {
        "has_next_page": graphene.Boolean(
            required=True, description="Whether more items follow; with `last`, whether `before` was given."
        ),
        "has_previous_page": graphene.Boolean(
            required=True, description="With `last`, whether more items precede; otherwise whether `after` was given."
        ),
        "start_cursor": graphene.String(description="The cursor of the first item; null on an empty page."),
        "end_cursor": graphene.String(description="The cursor of the last item; null on an empty page."),
    },
)


class DefaultSize(int):
    """The default page size; distinguishes it from the same number given by the client."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and its position."""

    items: Sequence[Any]
    info: common.PageInfo

    def cursor(self, index: int) -> str | None:
        """The cursor of the item at this index; None from an older service that does not return it yet."""
        if self.info.cursors is not None:
            return str(self.info.cursors[index])
        return self.info.end_cursor if index == len(self.items) - 1 else None


Fetch = Callable[[common.Page], Awaitable[Page]]
NodeOf = Callable[[Any, Any], Any]


@dataclass(slots=True)
class Connection:
    """A page that is fetched once, when a field first needs it."""

    fetch: Fetch
    request: common.Page
    about: Mapping[str, Any] = field(default_factory=dict)  # for the connection's additional fields
    fetching: Any = None
    fetched: Page | None = None

    async def page(self) -> Page:
        """Fetch the page, unless it was fetched before."""
        if self.fetched is None:
            if self.fetching is None:
                self.fetching = asyncio.ensure_future(self.fetch(self.request))
            self.fetched = await self.fetching
        return self.fetched

    async def load(self) -> None:
        """Fetch the page before any of its fields is resolved, which then need not wait."""
        self.fetched = await self.fetch(self.request)


def of_list(name: str, items: Sequence[Any], key: Callable[[Any], paging.Key], types: Any, *about: Any) -> Fetch:
    """Pages of a complete list, sorted by the items' unique keys.

    `name` and `about` identify the list, `types` are the types of a key's values: see `paging.cursors`.
    """

    async def fetch(page: common.Page) -> Page:
        cursors = paging.cursors(name, types, *about)
        request = paging.read(page, cursors)
        keyed = sorted(((key(item), item) for item in items), key=lambda pair: pair[0])
        indexes, more = request.cut(paging.within([item_key for item_key, _ in keyed], request))
        page_cursors = [cursors.encode(keyed[index][0]) for index in indexes]
        return Page([keyed[index][1] for index in indexes], request.info(page_cursors, more, len(items)))

    return fetch


def requested_page(
    default: int, first: int | None, after: str | None, last: int | None, before: str | None
) -> common.Page:
    """The page that a connection's arguments request. Raises common.InvalidInput if they contradict each other."""
    if last is not None and first is not None and not isinstance(first, DefaultSize):
        raise common.InvalidInput(message="Give either `first` or `last`, not both.", field="last")
    return common.Page(first=default if first is None else int(first), after=after, last=last, before=before)


def kind(
    node: Any,
    name: str,
    *,
    plural: str = "",
    edge: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    node_of: NodeOf | None = None,
) -> Any:
    """The connection type over a node type: `ProductConnection` with `ProductEdge`.

    `edge` and `fields` add fields to the edge and to the connection. `node_of` returns an item's node, which may be
    awaitable, for lists whose items are not the nodes themselves. Such nodes are fetched separately and are null if that
    fails; all others are part of the page.
    """
    is_fetched = node_of is not None
    node_of = node_of or _item
    node = node if is_fetched else graphene.NonNull(node)
    many = plural or f"{name.lower()}s"
    edge_type = _edge(node, name, many, edge or {}, node_of)
    own_fields = _connection_fields(node, edge_type, many, node_of)
    return derive.make(graphene.ObjectType, f"{name}Connection", f"A page of {many}.", own_fields | dict(fields or {}))


def _connection_fields(node: Any, edge_type: Any, many: str, node_of: NodeOf) -> dict[str, Any]:
    edges = graphene.NonNull(edge_type)
    return {
        "edges": graphene.List(edges, required=True, description=f"The {many} of this page, with cursors."),
        "nodes": graphene.List(node, required=True, description=f"The {many} of this page, without cursors."),
        "page_info": graphene.Field(page_info, required=True, description="The position of this page."),
        "total_count": scalars.Long(description="The number of items in all pages, if it is counted."),
        "resolve_edges": _of_page(_edges),
        "resolve_nodes": _of_page(_nodes(node_of)),
        "resolve_page_info": _of_page(_page_info),
        "resolve_total_count": _of_page(_total),
    }


def _item(item: Any, _info: Any) -> Any:
    return item


@markers.pure
def _node(edge: Mapping[str, Any], _info: Any) -> Any:
    return edge["item"]


def _edge(node: Any, name: str, many: str, fields: Mapping[str, Any], node_of: NodeOf) -> Any:
    return derive.make(
        graphene.ObjectType,
        f"{name}Edge",
        f"One of the {many}, with its cursor.",
        {
            "cursor": graphene.String(required=True, description="The position in the list, for `after` and `before`."),
            "node": graphene.Field(node, description="The item."),
            "resolve_node": _node if node_of is _item else lambda edge, info: node_of(edge["item"], info),
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
    """A connection field with Relay's arguments. The resolver returns a Fetch, or a tuple of a Fetch and `about`."""

    async def resolve(
        root: Any,
        info: Any,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        **arguments: Any,
    ) -> Any:
        request = requested_page(default, first, after, last, before)
        result = resolver(root, info, **arguments)
        result = await result if isinstance(result, Awaitable) else result
        if result is None:
            return None
        fetch, about = result if isinstance(result, tuple) else (result, {})
        connection = Connection(fetch, request, about)
        if not ON_PAGE.isdisjoint(selected(info)):
            # A failure here is one error of the whole connection, not one of each field.
            await connection.load()
        return connection

    return graphene.Field(
        connection,
        required=required,
        description=description,
        resolver=resolve,
        **_arguments(default),
        **arguments,
    )


def _arguments(default: int) -> dict[str, Any]:
    first = "The maximum number of items from the start, 1 to 100; not together with `last`."
    return {
        "first": graphene.Int(default_value=DefaultSize(default), description=first),
        "after": graphene.String(description="Return only items after this cursor of the same list."),
        "last": graphene.Int(description="The maximum number of items from the end, 1 to 100, in the list's order."),
        "before": graphene.String(description="Return only items before this cursor of the same list."),
    }


def selected(info: Any) -> frozenset[str]:
    """The names of the fields selected on the object that is being resolved, including fragments."""
    node = info.field_nodes[0]
    if len(info.field_nodes) > 1:
        return _selected(info)
    # A node belongs to one document and its fragments, so its names are computed once.
    known: frozenset[str] | None = getattr(node, "selected_names", None)
    if known is None:
        known = node.selected_names = _selected(info)
    return known


def _selected(info: Any) -> frozenset[str]:
    names: set[str] = set()
    waiting = [node.selection_set for node in info.field_nodes if node.selection_set]
    visited: set[str] = set()
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                names.add(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif selection.name.value not in visited:
                visited.add(selection.name.value)
                waiting.append(info.fragments[selection.name.value].selection_set)
    return frozenset(names)


def _of_page(value: Callable[[Page, Any], Any]) -> Callable[[Connection, Any], Any]:
    """The resolver of a field of the page; it is awaitable only if the page is not fetched yet."""

    async def later(connection: Connection, info: Any) -> Any:
        return value(await connection.page(), info)

    def resolve(connection: Connection, info: Any) -> Any:
        page = connection.fetched
        return later(connection, info) if page is None else value(page, info)

    def read(connection: Connection) -> Any:
        return value(fetched(connection), None)

    return markers.pure(resolve, read)


def fetched(connection: Connection) -> Page:
    """The page. Raises LookupError if it is not fetched yet."""
    if connection.fetched is None:
        raise LookupError
    return connection.fetched


def _edges(page: Page, _info: Any) -> list[dict[str, Any]]:
    return [{"cursor": page.cursor(index), "item": item} for index, item in enumerate(page.items)]


def _nodes(node_of: NodeOf) -> Callable[[Page, Any], list[Any]]:
    return lambda page, info: [node_of(item, info) for item in page.items]


def _page_info(page: Page, _info: Any) -> dict[str, Any]:
    last = len(page.items) - 1
    return {
        "has_next_page": page.info.has_next_page,
        "has_previous_page": bool(page.info.has_previous_page),
        "start_cursor": page.cursor(0) if page.items else None,
        "end_cursor": page.cursor(last) if page.items else None,
    }


def _total(page: Page, _info: Any) -> int | None:
    return page.info.total
