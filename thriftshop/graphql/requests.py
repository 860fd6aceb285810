"""One GraphQL request on its way: what the client sent, who they are, and what is loaded for them."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from aiodataloader import DataLoader

from idl import common
from thriftshop import call_context, identity
from thriftshop.graphql.errors import RequestRefused

K = TypeVar("K")
V = TypeVar("V")
# graphene has no types: an input object as it is given to a resolver, and the fields of a payload that it returns.
Input = Mapping[str, Any]
Payload = dict[str, Any]
# Batches are as long as the calls that take them may be.
LARGEST_BATCH = 500


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as any server hands it over. Header names are lower case."""

    method: str
    headers: Mapping[str, str]
    query: str = ""
    body: bytes = b""
    address: str = ""
    secure: bool = False  # it came encrypted, to us or to the proxy in front


@dataclass(slots=True)
class Context:
    """What resolvers share: `info.context`."""

    incoming: Incoming
    viewer: common.Viewer | None = None
    # Why it cannot be found out whose the request is, although it brought a token; see `require_known`.
    unknown: RequestRefused | None = None
    loaders: dict[Callable[..., Any], Any] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def become(self, viewer: common.Viewer | None) -> None:
        """From here on the request is this viewer's, or a stranger's."""
        self.viewer = viewer
        statement = identity.sign(viewer) if viewer else ""
        self.stack.enter_context(call_context.using(viewer=statement))
        self.loaders.clear()

    def require_known(self) -> None:
        """Raises, for what depends on who asks, where that cannot be found out: nobody is taken for a stranger then."""
        if self.unknown is not None:
            raise self.unknown

    @property
    def token(self) -> str:
        """The bearer token that came with the request; empty without one."""
        scheme, _, token = self.incoming.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def load(self, batch: Callable[[list[K]], Awaitable[list[V]]], key: K) -> Awaitable[V]:
        """What `batch` finds for this key; the keys of one moment are asked for together, and each once a request."""
        if batch not in self.loaders:
            self.loaders[batch] = DataLoader(batch, max_batch_size=LARGEST_BATCH)
        loaded: Awaitable[V] = self.loaders[batch].load(key)
        return loaded


class Info(Protocol):
    """What resolvers use of graphql-core's GraphQLResolveInfo."""

    @property
    def context(self) -> Context:
        """The context of the request."""
