"""What the steps of a replay share: the shop's contracts, keys and moments, and who is who in the shop."""

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
PATIENCE_SECONDS = 600.0
PAUSES = (0.1, 0.5, 2.0, 5.0, 10.0)
PASSING = (rpc.DeadlineExceeded, rpc.Unavailable, rpc.Fault)
S = TypeVar("S")
T = TypeVar("T")


class Halted(Exception):
    """The shop refused what the year says. Its text names the document and the shop's own words."""


@dataclass(slots=True)
class Run:
    """A replay under way. `users` by customer's reference, `orders` by document: the shop's own ids."""

    record: Replay
    plan: planning.Plan
    users: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def key(self, of: str) -> str:
        """The idempotency key of a step: the same for the same step of the same year, whenever it is given."""
        key = f"trade:{self.record.fingerprint}:{of}"
        if len(key) <= KEY_LENGTH:
            return key
        return f"trade:{self.record.fingerprint}:{hashlib.blake2b(of.encode(), digest_size=16).hexdigest()}"


def money(pence: int) -> common.Money:
    """Pence as an amount of the shop's money."""
    return common.Money(amount=pence, currency=CURRENCY)


def moment(local: dt.datetime) -> int:
    """The shop's own clock as a moment: milliseconds since 1970, UTC."""
    return clock.moment(local.replace(tzinfo=lines.ZONE))


class Patient:
    """A contract's methods, asked again for a while where a call fails in passing: every one of them bears that.

    A year takes minutes, and what serves it may be busy, or be started anew, in between.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def patiently(*args: Any) -> Any:
            for pause in PAUSES:
                try:
                    return call(*args)
                except PASSING:
                    time.sleep(pause)
            return call(*args)

        return patiently


def connect(contract: type[S]) -> S:
    """A client of a contract that is patient."""
    return cast(S, Patient(rpc.connect(contract)))


@contextmanager
def happening(local: dt.datetime) -> Iterator[None]:
    """What is done in this block happened then, by the shop's own clock, and the importer says so."""
    with call_context.using(caller=CALLER, occurred_at=moment(local)):
        yield


@contextmanager
def document(step: steps.Step) -> Iterator[None]:
    """What is done in this block is a document's; a refusal halts the replay and names it."""
    try:
        with happening(step.at):
            yield
    except REFUSALS as error:
        said = getattr(error, "message", None) or str(error)
        raise Halted(f"Document {step.document} of {step.at:%Y-%m-%d %H:%M}: {said}") from error


def react() -> None:
    """Waits until the shop has done what follows from what was done; what is shown of it may lag behind."""
    _take_all([one for one in groups.hosted() if isinstance(one, groups.Reaction)])


def learn() -> None:
    """Waits until everybody knows what the catalog has to say of products and prices."""
    progress.catch_up(PATIENCE_SECONDS, [one for one in groups.hosted() if one.topic == "catalog"])
    _wait_for_others()


def settle() -> None:
    """Waits until everything that follows has been done, and all that is shown is up to date."""
    react()
    _take_all([one for one in groups.hosted() if not isinstance(one, groups.Reaction)])
    progress.catch_up(PATIENCE_SECONDS)


def _take_all(among: Sequence[groups.Group]) -> None:
    """Lets these groups process everything there is, a batch of each in one commit; then waits for other processes."""
    moved = 1
    while moved and (late := progress.behind(among)):
        with commits.together():
            moved = sum(processor.process(one) for one in late)
    progress.catch_up(PATIENCE_SECONDS, among)
    _wait_for_others()


def _wait_for_others() -> None:
    """In a split shop, what follows follows in other processes."""
    if not settings.MONOLITH:
        with call_context.using(caller=CALLER, viewer=""):
            progress.catch_up_everywhere(PATIENCE_SECONDS)


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in their order, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _refusals() -> tuple[type[Exception], ...]:
    """Every refusal that the contracts declare, and every way in which a call can fail."""
    from idl import catalog, inventory, orders, users

    found = (value for module in (common, catalog, inventory, orders, users) for value in vars(module).values())
    declared = {value for value in found if isinstance(value, type) and issubclass(value, Exception)}
    return (rpc.RpcError, *declared)


REFUSALS = _refusals()
