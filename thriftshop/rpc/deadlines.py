"""Deadlines of calls: set by the caller's side, enforced by the service's side."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.conf import settings
from django.db import connection

from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import DeadlineExceeded
from thriftshop.rpc.reflection import Method

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def of(method: Method, inherited: float | None) -> float:
    """The earlier of the method's own deadline and the one of the call that this call is part of."""
    deadline = time.monotonic() + method.deadline_ms / 1000 * settings.DEADLINE_FACTOR
    return deadline if inherited is None else min(deadline, inherited)


def enforced(call: Call) -> AbstractContextManager[None]:
    """A block that raises DeadlineExceeded if it starts after the deadline, or begins to write after it.

    A call may wait for a locked database or in a frozen process. By then its caller has reported that nothing
    was done. A call that has begun to write is finished.
    """
    deadline = call.call_context.deadline
    if deadline is None:
        return nullcontext()
    _check(call.method, deadline)
    return _Enforced(call.method, deadline)


class _Enforced:
    """The block, which is also the wrapper that Django calls for each statement. A generator would cost twice as much."""

    __slots__ = ("_deadline", "_method", "_wrappers", "_wrote")

    def __init__(self, method: Method, deadline: float) -> None:
        self._method, self._deadline, self._wrote = method, deadline, False

    def __enter__(self) -> None:
        self._wrappers = connection.execute_wrappers
        self._wrappers.append(self)

    def __exit__(self, *_: object) -> None:
        self._wrappers.remove(self)

    def __call__(self, run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not self._wrote and sql.lstrip()[:7].upper().startswith(WRITES):
            _check(self._method, self._deadline)
            self._wrote = True
        return run(sql, params, many, context)


def _check(method: Method, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise DeadlineExceeded(f"The deadline of {method} has passed.")
