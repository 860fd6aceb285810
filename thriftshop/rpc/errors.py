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
    """There was no time left to wait for the answer; what was asked for may or may not have happened."""

    code = "DEADLINE_EXCEEDED"


# On the wire, who calls or on whose behalf is not stated genuinely. Callers of ours raise StatementRefused for it: that
# services do not believe each other is nothing that a customer could mend by logging in.
UNAUTHENTICATED = "UNAUTHENTICATED"
