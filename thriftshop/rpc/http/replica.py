"""One replica of a context, with what this process knows of its health."""

from thriftshop.rpc.http.addresses import Address
from thriftshop.rpc.reflection import Method

# A connection that is not there by then will not come.
CONNECT_SECONDS = 1.0


class Replica:
    """Where it is, and how it fares; `Replicas` writes here, the transports read."""

    def __init__(self, context: str, address: Address) -> None:
        self.context = context
        self.host, self.port, self.authority = address.host, address.port, address.authority
        self.heads: dict[Method, bytes] = {}  # what the requests of a method to it begin with
        self.outstanding = 0  # calls of this process that it is busy with
        self.failures = 0  # in a row
        self.rests = 0  # how often in a row it was left out
        self.is_out = False
        self.gone = False  # it is not among the context's addresses any more

    def __str__(self) -> str:
        return f"{self.context} at {self.host}:{self.port}"
