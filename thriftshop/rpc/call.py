"""A call on its way through the filters."""

from dataclasses import dataclass
from typing import Any

from thriftshop.call_context import CallContext
from thriftshop.rpc.reflection import Method
from thriftshop.telemetry.spans import Span


@dataclass(slots=True)
class Call:
    """A call of a method of the service class `contract`. Filters change it; a copy would cost more than all of them."""

    contract: type
    method: Method
    args: Any  # an instance of the method's argument struct; None until the service's side has decoded it
    call_context: CallContext
    at: str = ""  # the context to call, if it is not the contract's own
    message: bytes = b""  # the call as a Thrift message, once a transport has encoded it
    span: Span | None = None  # the caller's, if spans are recorded
    begun: bool = False  # whether the service was reached; otherwise nothing was done

    @property
    def context(self) -> str:
        """The context whose process answers."""
        return self.at or self.method.context
