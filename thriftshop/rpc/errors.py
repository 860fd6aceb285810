"""Errors of calls, other than the refusals that contracts declare."""


class RpcError(Exception):
    """A call that ended neither with an answer nor with a declared refusal. `code` is stable and may be shown to clients."""

    code = "INTERNAL"


class Fault(RpcError):
    """The service failed; the cause is in its log, under the same trace id."""


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
    """The context runs neither in this process nor at any known address."""


class IdentityTokenRefused(Unavailable):
    """The service refused the viewer token or the caller token: keys or clocks of the two differ. Nothing was begun."""


class DeadlineExceeded(RpcError):
    """The deadline passed without an answer; the call may or may not have been processed."""

    code = "DEADLINE_EXCEEDED"


# The code on the wire for an invalid viewer token or caller token. Our clients raise IdentityTokenRefused for it: a customer
# cannot solve a disagreement between services by logging in.
UNAUTHENTICATED = "UNAUTHENTICATED"
