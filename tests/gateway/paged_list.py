"""A connection of the schema that is read in pages, and the shop that changes meanwhile."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.gateway import client, shop

MovedItems = set[str]  # the identities of the items that a change moved


@dataclass(slots=True)
class World:
    """The shop of a paged list."""

    rng: random.Random
    ann: shop.Person
    sue: shop.Person
    cart_token: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class PagedList:
    """A list: its query with `@` for the page's arguments, the identity of an item, and the changes made between pages."""

    connection: str
    query: str
    identity: str
    change: Callable[[World], MovedItems]
    prepare: Callable[[World], object] = lambda world: None
    viewer: str = ""
    keeps_order: bool = True  # false where a change moves all others as well

    def token(self, world: World) -> str:
        """The viewer's token."""
        return {"ann": world.ann.token, "sue": world.sue.token, "": ""}[self.viewer]

    def text(self, world: World, page: str) -> str:
        """The query for a page."""
        fields = f"edges {{ cursor node {{ {self.identity} }} }} pageInfo {{ {PAGE_INFO} }}"
        query = self.query.replace("@", page).replace("...", f"{{ {fields} }}")
        return query.replace("CART", world.cart_token).replace("ORDER", world.order_id)

    def page(self, world: World, page: str) -> tuple[list[tuple[str, str]], dict[str, object]]:
        """A page: the items with their cursors, and its info."""
        result = client.data(f"{{ {self.text(world, page)} }}", self.token(world))
        while "pageInfo" not in result:
            (result,) = result.values()
        edges = [(" ".join(map(str, edge["node"].values())), edge["cursor"]) for edge in result["edges"]]
        return edges, result["pageInfo"]


PAGE_INFO = "hasNextPage hasPreviousPage startCursor endCursor"
