"""Failed attempts, by what may have happened at the replica."""

from thriftshop.rpc.errors import DeadlineExceeded, Unavailable


class NotProcessed(Unavailable):
    """The call was certainly not begun: any call may be tried elsewhere. `blame`: whether the replica is at fault."""

    def __init__(self, reason: str, *, blame: bool = True) -> None:
        super().__init__(reason)
        self.blame = blame


class Lost(Unavailable):
    """The answer will not come; the call may or may not have been processed. `blame`: whether the replica is at fault."""

    def __init__(self, reason: str, *, blame: bool = True) -> None:
        super().__init__(reason)
        self.blame = blame


class Overdue(DeadlineExceeded):
    """The answer did not arrive before the deadline of this attempt."""
