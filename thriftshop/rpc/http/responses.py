"""From an HTTP response to the answer, refusal or error of a call: the same ones as within one process."""

from typing import Any

from thriftshop.rpc import messages, recent_failures
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import (
    UNAUTHENTICATED,
    DeadlineExceeded,
    Fault,
    MalformedCall,
    NotAllowed,
    NotHosted,
    RpcError,
    Unavailable,
)
from thriftshop.rpc.failures import Lost, NotProcessed
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.replica import Replica

ERRORS: dict[str, type[RpcError]] = {
    error.code: error for error in (NotHosted, Unavailable, MalformedCall, NotAllowed, DeadlineExceeded, Fault)
}
# Errors of responses without an error code, which come from a proxy.
BY_STATUS: dict[int, type[RpcError]] = {400: MalformedCall, 403: NotAllowed, 404: NotHosted, 413: MalformedCall}
MAX_TEXT = 500


def read(call: Call, replica: Replica, exchange: Exchange) -> Any:
    """The value in a response. Raises its refusal or error; NotProcessed or Lost where the service did not answer."""
    head, body = exchange.head, exchange.body
    if head.status == 200:
        return None if call.method.result_type.oneway else _value(call, replica, body)
    text = _text(head.content_type, body) or f"{replica} answered {call.method} with status {head.status}."
    if head.status in (502, 503, 504) and head.code != DeadlineExceeded.code:
        _raise_unavailable(head.begun == "no" or bool(head.retry_after), head.code, text)
    if head.code == UNAUTHENTICATED:
        # Another replica, whose clock is right, may accept it; if none does, no single replica is at fault.
        recent_failures.report(
            "identity token rejected by the service", call.method.service, text, replica=str(replica)
        )
        raise NotProcessed(text, blame=False)
    raise ERRORS.get(head.code, BY_STATUS.get(head.status, Fault))(text)


def _value(call: Call, replica: Replica, body: bytes) -> Any:
    try:
        return messages.read_reply(call.method, body)
    except MalformedCall as error:
        raise Fault(f"{replica} answered {call.method} with a message that cannot be read: {error}") from error


def _raise_unavailable(not_begun: bool, code: str, text: str) -> None:
    """Raise NotProcessed if the process did not begin the call, because it is shutting down or overloaded; else Lost."""
    if not_begun:
        raise NotProcessed(text)
    # With a code, the service lacks something that it needs: the replica is not at fault.
    raise Lost(text, blame=not code)


def _text(content_type: str, body: bytes) -> str:
    """The error message: from a TApplicationException or from plain text."""
    if content_type.startswith("text/plain"):
        return body[:MAX_TEXT].decode(errors="replace")
    return messages.read_failure(body)
