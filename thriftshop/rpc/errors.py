"""What can go wrong with a call beside the refusals that its contract declares."""


class RpcError(Exception):
    """A call did not end with an answer or a declared refusal. `code` is stable and fit for clients."""

    code = "INTERNAL"


class Fault(RpcError):
    """The service broke while answering; the cause is in its log, under the same trace id."""


class MalformedCall(RpcError):
    """The arguments or the answer do not fit the contract."""

    code = "MALFORMED_CALL"


class NotAllowed(RpcError):
    """The contract does not list this caller for this method."""

    code = "CALLER_NOT_ALLOWED"


class Unavailable(RpcError):
    """The service cannot be reached now; the same call may go through later."""

    code = "SERVICE_UNAVAILABLE"


class NotHosted(Unavailable):
    """The context runs neither in this process nor anywhere this process knows of."""


class StatementRefused(Unavailable):
    """The service does not believe who calls or for whom: keys or clocks of the two differ. Nothing was begun."""


class DeadlineExceeded(RpcError):
    """The deadline passed before the response came; the call may or may not have been executed."""

    code = "DEADLINE_EXCEEDED"


# On the wire: the caller's or the viewer's token is invalid. Our clients raise StatementRefused for it, because a customer
# cannot fix it by logging in.
UNAUTHENTICATED = "UNAUTHENTICATED"
