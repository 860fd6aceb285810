"""Shared by the steps of a replay: clients with retries, idempotency keys, dates, ids, and waiting for consumers."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.conf import settings

from apps.trade.domain import lines, planning, steps
from apps.trade.models import Replay
from idl import common
from thriftshop import call_context, clock, rpc
from thriftshop.events import commits, groups, processor, progress

CALLER = "trade"
CURRENCY = "GBP"
KEY_LENGTH = 64
TIMEOUT_SECONDS = 600.0
RETRY_DELAYS = (0.1, 0.5, 2.0, 5.0, 10.0)
TRANSIENT = (rpc.DeadlineExceeded, rpc.Unavailable, rpc.Fault)
S = TypeVar("S")
T = TypeVar("T")


class Halted(Exception):
    """The shop refused a command. The message names the document and the reason."""


@dataclass(slots=True)
class Run:
    """A running replay, with the shop's ids: `users` by customer reference, `orders` by document."""

    record: Replay
    plan: planning.Plan
    users: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def key(self, of: str) -> str:
        """The idempotency key of a step, the same in every run of the same year."""
        key = f"trade:{self.record.fingerprint}:{of}"
        if len(key) <= KEY_LENGTH:
            return key
        return f"trade:{self.record.fingerprint}:{hashlib.blake2b(of.encode(), digest_size=16).hexdigest()}"


def money(pence: int) -> common.Money:
    """Convert pence to Money."""
    return common.Money(amount=pence, currency=CURRENCY)


def moment(local: dt.datetime) -> int:
    """Convert local time to milliseconds since 1970, UTC."""
    return clock.moment(local.replace(tzinfo=lines.ZONE))


class Retrying:
    """A contract's methods, which are all idempotent here, with retries after transient errors.

    A year takes minutes, and services may be busy or restarted meanwhile.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def retrying(*args: Any) -> Any:
            for delay in RETRY_DELAYS:
                try:
                    return call(*args)
                except TRANSIENT:
                    time.sleep(delay)
            return call(*args)

        return retrying


def connect(contract: type[S]) -> S:
    """A client of a contract that retries."""
    return cast(S, Retrying(rpc.connect(contract)))


@contextmanager
def at_time(local: dt.datetime) -> Iterator[None]:
    """Dates the calls of this block at a local time."""
    with call_context.using(caller=CALLER, occurred_at=moment(local)):
        yield


@contextmanager
def document(step: steps.Step) -> Iterator[None]:
    """Dates the calls of this block as a document; a refusal halts the replay, naming it."""
    try:
        with at_time(step.at):
            yield
    except REFUSALS as error:
        reason = getattr(error, "message", None) or str(error)
        raise Halted(f"Document {step.document} of {step.at:%Y-%m-%d %H:%M}: {reason}") from error


def wait_for_reactions() -> None:
    """Wait until all reactions have caught up; projections may lag."""
    _catch_up([group for group in groups.hosted() if isinstance(group, groups.Reaction)])


def wait_for_catalog() -> None:
    """Wait until all consumers of the catalog's events have caught up."""
    progress.catch_up(TIMEOUT_SECONDS, [group for group in groups.hosted() if group.topic == "catalog"])
    _wait_for_other_processes()


def wait_for_all() -> None:
    """Wait until all consumer groups have caught up."""
    wait_for_reactions()
    _catch_up([group for group in groups.hosted() if not isinstance(group, groups.Reaction)])
    progress.catch_up(TIMEOUT_SECONDS)


def _catch_up(among: Sequence[groups.Group]) -> None:
    """Run these groups until they have caught up, a batch of each per commit; then wait for other processes."""
    processed = 1
    while processed and (late := progress.behind(among)):
        with commits.group_commits():
            processed = sum(processor.process(group) for group in late)
    progress.catch_up(TIMEOUT_SECONDS, among)
    _wait_for_other_processes()


def _wait_for_other_processes() -> None:
    """Wait for consumer groups in the other processes of a split shop."""
    if not settings.MONOLITH:
        with call_context.using(caller=CALLER, viewer=""):
            progress.catch_up_everywhere(TIMEOUT_SECONDS)


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in their order, in batches of a size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _refusals() -> tuple[type[Exception], ...]:
    """Every refusal that the contracts declare, and every failure of a call."""
    from idl import catalog, inventory, orders, users

    values = (value for module in (common, catalog, inventory, orders, users) for value in vars(module).values())
    declared = {value for value in values if isinstance(value, type) and issubclass(value, Exception)}
    return (rpc.RpcError, *declared)


REFUSALS = _refusals()
