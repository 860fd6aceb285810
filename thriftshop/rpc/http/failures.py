"""How an attempt to reach a replica can fail, told apart by what may have happened there."""

from thriftshop.rpc.errors import DeadlineExceeded, Unavailable


class NotProcessed(Unavailable):
    """The call certainly was not begun: any call may be tried elsewhere."""

    def __init__(self, reason: str, *, blame: bool = True) -> None:
        super().__init__(reason)
        self.blame = blame  # whether the replica is at fault


class Lost(Unavailable):
    """The answer will not come; what was asked for may or may not have happened."""

    def __init__(self, reason: str, *, blame: bool = True) -> None:
        super().__init__(reason)
        self.blame = blame


class Overdue(DeadlineExceeded):
    """The answer did not come in the time that this attempt was given."""
