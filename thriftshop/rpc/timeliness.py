"""What nobody waits for any more is neither begun nor written: a filter of the service's side."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from thriftshop.rpc.call import Call, Next
from thriftshop.rpc.errors import DeadlineExceeded

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def in_time(call: Call, next_: Next) -> Any:
    """Starts the call in time only, and stops it where its time is over before it has written anything.

    A call may wait for a database that somebody else has locked, or in a process that stands still. Its caller has told
    somebody by then that nothing was done. What has begun to be written is finished: half of it would be worse.
    """
    until = call.call_context.deadline
    if until is None:
        return next_(call)
    _check(call, until)
    with connection.execute_wrapper(_watch(call, until)):
        return next_(call)


def _watch(call: Call, until: float) -> Callable[..., Any]:
    """Looks at the time before the first statement that writes."""
    wrote = False

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal wrote
        if not wrote and sql.lstrip()[:7].upper().startswith(WRITES):
            _check(call, until)
            wrote = True
        return run(sql, params, many, context)

    return execute


def _check(call: Call, until: float) -> None:
    if time.monotonic() > until:
        raise DeadlineExceeded(f"No time was left for {call.method}.")
