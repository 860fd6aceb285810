"""A GraphQL request: what the client sent, its viewer, and its data loaders."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from aiodataloader import DataLoader
from django.conf import settings

from idl import common
from thriftshop import call_context, identity, reads
from thriftshop.graphql.errors import RequestRefused

K = TypeVar("K")
V = TypeVar("V")
# graphene is not typed: the input object that a resolver receives, and the fields of the payload that it returns.
Input = Mapping[str, Any]
Payload = dict[str, Any]
# The number of keys that the calls accept.
MAX_BATCH = 500


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request, independent of the server. Header names are lower case."""

    method: str
    headers: Mapping[str, str]
    query: str = ""
    body: bytes = b""
    address: str = ""
    secure: bool = False  # over HTTPS, to this process or to the proxy in front

    def with_body(self, body: bytes) -> "Incoming":
        """The same request with its body."""
        return Incoming(self.method, self.headers, self.query, body, self.address, self.secure)


@dataclass(slots=True)
class Context:
    """The context of a request, which resolvers share as `info.context`."""

    received: Incoming
    viewer: common.Viewer | None = None
    # Why the viewer of a request with a token cannot be verified, for instance because the service is down.
    viewer_error: RequestRefused | None = None
    loaders: dict[Callable[..., Any], Any] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def incoming(self) -> Incoming:
        """The request. A result for which a resolver reads it is not stored for others."""
        reads.unknown()
        return self.received

    @property
    def origin(self) -> str:
        """The shop's origin: from the settings, or else from the request. Stored results are kept by it."""
        scheme, host = "https" if self.received.secure else "http", self.received.headers.get("host", "")
        return str(settings.PUBLIC_ORIGIN or (f"{scheme}://{host}" if host else settings.PUBLIC_URL))

    def set_viewer(self, viewer: common.Viewer | None) -> None:
        """Set the viewer of the request from here on; None for an anonymous one."""
        self.viewer = viewer
        token = identity.sign(viewer) if viewer else ""
        self.stack.enter_context(call_context.using(viewer=token))
        self.loaders.clear()

    def require_verified_viewer(self) -> None:
        """Raise the viewer error, if there is one: such a request is not treated as anonymous."""
        if self.viewer_error is not None:
            raise self.viewer_error

    @property
    def is_staff(self) -> bool:
        """Whether the viewer is staff."""
        return self.viewer is not None and self.viewer.role == common.Role.STAFF

    @property
    def token(self) -> str:
        """The request's bearer token; empty without one."""
        scheme, _, token = self.received.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def load(self, batch: Callable[[list[K]], Awaitable[list[V]]], key: K) -> Awaitable[V]:
        """What `batch` loads for this key; keys are loaded together, and each once per request."""
        if batch not in self.loaders:
            self.loaders[batch] = DataLoader(batch, max_batch_size=MAX_BATCH)
        loaded: Awaitable[V] = self.loaders[batch].load(key)
        return loaded


class Info(Protocol):
    """What resolvers use of graphql-core's GraphQLResolveInfo."""

    @property
    def context(self) -> Context:
        """The context of the request."""
