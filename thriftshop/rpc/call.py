"""One call: the method, its arguments and its call context, and the filters that it passes through."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from thriftshop.call_context import CallContext
from thriftshop.rpc.reflection import Method


@dataclass(frozen=True, slots=True)
class Call:
    """A call: `contract` is the service class, `args` its argument struct, `at` the context to call where not its own."""

    contract: type
    method: Method
    args: Any
    call_context: CallContext
    at: str = ""

    @property
    def context(self) -> str:
        """The context whose process is to answer."""
        return self.at or self.method.context


Next = Callable[[Call], Any]
Filter = Callable[[Call, Next], Any]


def chain(filters: tuple[Filter, ...], last: Next) -> Next:
    """The filters around `last`, the first of them outermost."""

    def wrap(inner: Next, outer: Filter) -> Next:
        return lambda call: outer(call, inner)

    return reduce(wrap, reversed(filters), last)
