"""Deadlines of calls: set by the caller's side, enforced by the service's side."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

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

    __slots__ = ("_method", "_wrappers", "deadline", "wrote")

    def __init__(self, method: Method, deadline: float) -> None:
        self._method, self.deadline, self.wrote = method, deadline, False

    def __enter__(self) -> None:
        self._wrappers = connection.execute_wrappers
        self._wrappers.append(self)

    def __exit__(self, *_: object) -> None:
        self._wrappers.remove(self)

    def __call__(self, run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not self.wrote and sql.lstrip()[:7].upper().startswith(WRITES):
            _check(self._method, self.deadline)
            self.wrote = True
        return run(sql, params, many, context)


def _check(method: Method, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise DeadlineExceeded(f"The deadline of {method} has passed.")


def before_writing() -> float | None:
    """The deadline of the calls of this thread that have not begun to write; None if there is none."""
    return min((wrapper.deadline for wrapper in _enforced() if not wrapper.wrote), default=None)


def has_passed(deadline: float | None) -> bool:
    """Whether there is a deadline, and it has passed."""
    return deadline is not None and time.monotonic() > deadline


def note_write() -> None:
    """Note that the calls of this thread have begun to write, by another thread or with their deadlines lifted."""
    for wrapper in _enforced():
        wrapper.wrote = True


@contextmanager
def lifted() -> Iterator[None]:
    """A block that writes for several calls, each of whose deadlines was checked before."""
    used = connections[DEFAULT_DB_ALIAS]
    wrappers = used.execute_wrappers
    used.execute_wrappers = [wrapper for wrapper in wrappers if not isinstance(wrapper, _Enforced)]
    try:
        yield
    finally:
        used.execute_wrappers = wrappers


def _enforced() -> list[_Enforced]:
    return [wrapper for wrapper in connection.execute_wrappers if isinstance(wrapper, _Enforced)]
