"""A GraphQL request: what the client sent, its viewer, and its data loaders."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.conf import settings

from idl import common
from thriftshop import call_context, identity, reads
from thriftshop.graphql import batching
from thriftshop.graphql.errors import RequestRefused

K = TypeVar("K")
V = TypeVar("V")
# graphene is not typed: the input object that a resolver receives, and the fields of the payload that it returns.
Input = Mapping[str, Any]
Payload = dict[str, Any]


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
    identified: common.Viewer | None = None
    # Why the viewer of a request with a token cannot be verified, for instance because the service is down.
    viewer_error: RequestRefused | None = None
    loaders: dict[Callable[..., Any], Any] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)
    # What the operation is measured by after it was executed; None if it is not.
    under: Mapping[tuple[str, str], str] | None = None

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
        self.identified = viewer
        token = identity.sign(viewer) if viewer else ""
        self.stack.enter_context(call_context.using(viewer=token))
        self.loaders.clear()

    def require_verified_viewer(self) -> None:
        """Raise the viewer error, if there is one: such a request is not treated as anonymous."""
        if self.viewer_error is not None:
            raise self.viewer_error

    @property
    def viewer(self) -> common.Viewer | None:
        """The viewer; None for an anonymous one. A result for which a resolver reads it is not shared with other viewers."""
        reads.personal()
        return self.identified

    @property
    def session(self) -> str | None:
        """The viewer's session; empty without a viewer, None for a viewer without a session."""
        return "" if self.identified is None else self.identified.session_id

    @property
    def is_staff(self) -> bool:
        """Whether the viewer is staff, with whom no result is shared."""
        return self.identified is not None and self.identified.role == common.Role.STAFF

    @property
    def token(self) -> str:
        """The request's bearer token; empty without one."""
        scheme, _, token = self.received.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def load(self, batch: Callable[[list[K]], Awaitable[list[V]]], key: K) -> Awaitable[V]:
        """What `batch` loads for this key; keys are loaded together, and each once per request."""
        if batch not in self.loaders:
            self.loaders[batch] = batching.loader(batch)
        loaded: Awaitable[V] = self.loaders[batch].load(key)
        return loaded


class Info(Protocol):
    """What resolvers use of graphql-core's GraphQLResolveInfo."""

    @property
    def context(self) -> Context:
        """The context of the request."""
