"""A walk over a connection of the schema, and the shop in which it takes place."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.gateway import client, shop

Touched = set[str]  # what a change moved to another place: by what identifies it in its list


@dataclass(slots=True)
class World:
    """A shop for walking over a list."""

    chance: random.Random
    ann: shop.Person
    sue: shop.Person
    cart_token: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """A list: its query with `@` for the page's arguments, the identity of an item, and the changes made between pages."""

    connection: str
    query: str
    identity: str
    change: Callable[[World], Touched]
    prepare: Callable[[World], object] = lambda world: None
    viewer: str = ""
    keeps_order: bool = True  # false where a change moves all others as well

    def token(self, world: World) -> str:
        """The walking viewer's token."""
        return {"ann": world.ann.token, "sue": world.sue.token, "": ""}[self.viewer]

    def text(self, world: World, page: str) -> str:
        """The query for a page."""
        fields = f"edges {{ cursor node {{ {self.identity} }} }} pageInfo {{ {PAGE_INFO} }}"
        query = self.query.replace("@", page).replace("...", f"{{ {fields} }}")
        return query.replace("CART", world.cart_token).replace("ORDER", world.order_id)

    def page(self, world: World, page: str) -> tuple[list[tuple[str, str]], dict[str, object]]:
        """A page: the items with their cursors, and its info."""
        found = client.data(f"{{ {self.text(world, page)} }}", self.token(world))
        while "pageInfo" not in found:
            (found,) = found.values()
        edges = [(" ".join(map(str, edge["node"].values())), edge["cursor"]) for edge in found["edges"]]
        return edges, found["pageInfo"]


PAGE_INFO = "hasNextPage hasPreviousPage startCursor endCursor"
