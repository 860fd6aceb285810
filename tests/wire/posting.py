"""Requests to the whole ASGI application in this process, as a server passes them on; and messages to send."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from asgiref.sync import async_to_sync

from thriftshop import asgi, identity
from thriftshop.rpc import messages, reflection
from thriftshop.rpc.messages import BINARY, CALL, Head, Incoming, Protocol


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        return self.headers.get("thriftshop-code", "")

    @property
    def begun(self) -> bool:
        return self.headers.get("thriftshop-begun") != "no"


def post(
    path: str = "/thrift",
    body: bytes | Sequence[bytes] = b"",
    headers: dict[str, str] | None = None,
    method: str = "POST",
) -> Answer:
    """The response to a request whose body arrives in one part or in several."""
    parts = [body] if isinstance(body, bytes) else list(body)
    coming = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, start=1)
    ]
    sent: list[dict] = []

    async def receive():
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    given = [
        (name.encode(), value.encode("latin-1")) for name, value in {"host": "localhost", **(headers or {})}.items()
    ]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": given,
        "query_string": b"",
        "client": ("::1", 1),
    }
    async_to_sync(asgi.application)(scope, receive, send)
    start = sent[0]
    return Answer(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(part.get("body", b"") for part in sent[1:]),
    )


def method_of(contract: type, name: str) -> reflection.Method:
    return reflection.methods(contract)[name]


def message(contract: type, name: str, *args, protocol: Protocol = BINARY, seqid: int = 7, kind: int = CALL) -> bytes:
    """A call as a message."""
    method = method_of(contract, name)
    head = protocol.write_head(Head(kind, name, seqid))
    return head + protocol.encode(reflection.bind(method, args, {}))


def call(contract: type, name: str, *args, caller: str = "", protocol: Protocol = BINARY, path: str = "") -> Answer:
    """The response to a call at its own path, from this caller or an unidentified one."""
    method = method_of(contract, name)
    path = path or f"/thrift/{method.service}/{name}"
    return post(path, message(contract, name, *args, protocol=protocol), signed(caller, method.context))


def signed(caller: str, audience: str) -> dict[str, str]:
    """The header with the caller token."""
    return {"thriftshop-caller": identity.issue_caller_token(caller, audience)} if caller else {}


def value(contract: type, name: str, answer: Answer):
    """The value in an answer, or its refusal raised."""
    return messages.read_reply(method_of(contract, name), answer.body)


def as_incoming(body: bytes) -> Incoming:
    """A call read back, its arguments left out."""
    return replace(messages.read_call(body), rest=b"")
