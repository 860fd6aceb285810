"""From a response to what a call returns or raises: the same refusals and errors as within one process."""

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
# Of answers without our own code, which come from something on the way.
BY_STATUS: dict[int, type[RpcError]] = {400: MalformedCall, 403: NotAllowed, 404: NotHosted, 413: MalformedCall}
LONGEST_TEXT = 500


def read(call: Call, replica: Replica, exchange: Exchange) -> Any:
    """The value of an answer. Raises its refusal or its error; NotProcessed or Lost where it was none."""
    head, body = exchange.head, exchange.body
    if head.status == 200:
        return None if call.method.result_type.oneway else _value(call, replica, body)
    text = _text(head.content_type, body) or f"{replica} answered {call.method} with status {head.status}."
    if head.status in (502, 503, 504) and head.code != DeadlineExceeded.code:
        _raise_passing(head.begun == "no" or bool(head.retry_after), head.code, text)
    if head.code == UNAUTHENTICATED:
        # Another replica, whose clock is right, may believe it; if none does, that is no replica's fault alone.
        recent_failures.report("statement not believed", call.method.service, text, replica=str(replica))
        raise NotProcessed(text, blame=False)
    raise ERRORS.get(head.code, BY_STATUS.get(head.status, Fault))(text)


def _value(call: Call, replica: Replica, body: bytes) -> Any:
    try:
        return messages.read_reply(call.method, body)
    except MalformedCall as error:
        raise Fault(f"{replica} answered {call.method} with what cannot be read: {error}") from error


def _raise_passing(not_begun: bool, code: str, text: str) -> None:
    """A process that is about to end or has too much to do says that it began nothing; a proxy says nothing of the kind."""
    if not_begun:
        raise NotProcessed(text)
    # With a code the service itself lacks something that it needs: that is not the replica's fault.
    raise Lost(text, blame=not code)


def _text(content_type: str, body: bytes) -> str:
    """What went wrong, in words: from a TApplicationException or from plain text."""
    if content_type.startswith("text/plain"):
        return body[:LONGEST_TEXT].decode(errors="replace")
    return messages.read_failure(body)
