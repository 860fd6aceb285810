"""Connections: a WebSocket, or a stream of server-sent events, with the viewer that it was opened for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from idl import common
from thriftshop.graphql.requests import Incoming


class Close(NamedTuple):
    """Why the server closes a connection: a WebSocket close code and its reason."""

    code: int
    reason: str


# Those of graphql-transport-ws and of WebSockets, and two of our own: TOO_SLOW and NO_PONG. docs/live.md explains them.
NORMAL = Close(1000, "Normal closure")
GOING_AWAY = Close(1001, "The server is shutting down")
TOO_BIG = Close(1009, "The message is too big")
TRY_LATER = Close(1013, "Try again later")
UNAUTHORIZED = Close(4401, "Unauthorized")
FORBIDDEN = Close(4403, "Forbidden")
SUBPROTOCOL = Close(4406, "Subprotocol not acceptable")
INIT_TIMEOUT = Close(4408, "Connection initialisation timeout")
NO_PONG = Close(4410, "No answer to a ping")
TOO_SLOW = Close(4413, "The client reads too slowly")
TOO_MANY_INITS = Close(4429, "Too many initialisation requests")
INTERNAL = Close(4500, "Internal server error")


def bad_message(problem: str) -> Close:
    """The close for a message that the protocol does not allow; a reason has at most 123 bytes."""
    return Close(4400, problem[:120])


def duplicate(operation_id: str) -> Close:
    """The close for an operation whose id is in use."""
    return Close(4409, f"Subscriber for {operation_id[:60]} already exists")


class Audience(NamedTuple):
    """What results depend on beside the operation: connections with an equal one share them."""

    viewer: tuple[str, int, str | None] | None
    host: str
    secure: bool


async def at_once() -> None:
    """For connections whose results need not wait for room."""


@dataclass(eq=False, slots=True)
class Connection:
    """An open connection. `close` ends it from the server's side, once or repeatedly; `room` waits for the client to read."""

    transport: str
    incoming: Incoming
    close: Callable[[Close], None]
    room: Callable[[], Awaitable[None]] = at_once
    viewer: common.Viewer | None = None
    session_end: int | None = None  # when the viewer's session expires unless it is used; milliseconds
    cost: int = 0  # of its open operations
    is_open: bool = True
    audience: Audience = field(init=False)

    def __post_init__(self) -> None:
        self.set_viewer(None)

    def set_viewer(self, viewer: common.Viewer | None) -> None:
        """Set the viewer."""
        self.viewer = viewer
        person = (viewer.id, viewer.role, viewer.session_id) if viewer else None
        self.audience = Audience(person, self.incoming.headers.get("host", ""), self.incoming.secure)
