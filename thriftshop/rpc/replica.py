"""A replica of a context, with what this process knows of its health."""

import threading

from thriftshop.rpc.addresses import Address
from thriftshop.rpc.reflection import Method

# A connection that is not open by then will not open.
CONNECT_SECONDS = 1.0


class Replica:
    """An address and its health. `Replicas` writes the health, the transports read it."""

    def __init__(self, context: str, address: Address) -> None:
        self.context = context
        self.host, self.port, self.authority = address.host, address.port, address.authority
        self.heads: dict[Method, bytes] = {}  # the start of the requests of each method
        self.outstanding = 0  # calls of this process that it has not answered yet
        self.failures = 0  # in a row
        self.exclusions = 0  # in a row
        self.is_out = False  # gets no calls for now
        self.gone = False  # no longer among the context's addresses
        self._lock = threading.Lock()

    def count(self, change: int) -> None:
        """Count a call that is sent to it (1) or that has ended (-1)."""
        with self._lock:
            self.outstanding += change

    def __str__(self) -> str:
        return f"{self.context} at {self.host}:{self.port}" if self.port else f"{self.context} in this process"
