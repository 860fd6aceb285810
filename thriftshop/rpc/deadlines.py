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
    _check(call, deadline)
    return connection.execute_wrapper(_check_first_write(call, deadline))


def _check_first_write(call: Call, deadline: float) -> Callable[..., Any]:
    wrote = False

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal wrote
        if not wrote and sql.lstrip()[:7].upper().startswith(WRITES):
            _check(call, deadline)
            wrote = True
        return run(sql, params, many, context)

    return execute


def _check(call: Call, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise DeadlineExceeded(f"The deadline of {call.method} has passed.")
