"""The replicas of a context: which of them gets a call, which is left out for a while, and how many calls there may be."""

import os
import random
import threading
import time
from collections.abc import Collection
from concurrent.futures import Future

from django.conf import settings

from thriftshop.rpc.errors import Unavailable
from thriftshop.rpc.http import addresses, blocking
from thriftshop.rpc.http.addresses import Address
from thriftshop.rpc.http.budget import Budget
from thriftshop.rpc.http.replica import Replica
from thriftshop.telemetry import metrics

# So many calls in a row must fail before a replica that can be connected to is left out.
MOST_FAILURES = 5
FIRST_REST = 0.1
LONGEST_REST = 10.0
# One that could not be connected to is asked often whether it is back: that costs nobody anything.
LONGEST_REST_UNREACHABLE = 0.5
# Its own, not the module's one for all: threads roll it at any time, and others may have seeded that one.
_dice = random.Random()


class Replicas:
    """All replicas of a context."""

    def __init__(self, context: str, urls: tuple[str, ...]) -> None:
        self.context = context
        self.directory = addresses.Directory(urls)
        self.budget = Budget(settings.RPC_RETRY_SHARE)
        self.in_flight = 0
        self._addresses: frozenset[Address] | None = None
        self._replicas: tuple[Replica, ...] = ()
        self._lock = threading.Lock()
        # Set as they change, not asked for when read: the files in which workers add up know no functions.
        self._counted = metrics.RPC_IN_FLIGHT.labels(context)
        self._out = metrics.RPC_REPLICAS_OUT.labels(context)

    # -- who there is -----------------------------------------------------------------------------
    def lookup(self) -> "Future[frozenset[Address]] | None":
        """What must be waited for before anything is known of this context; None where something is known."""
        lookup = self.directory.refresh()
        return lookup if self.directory.known is None else None

    def all(self) -> tuple[Replica, ...]:
        """The replicas as they are known now."""
        known = self.directory.known
        if known is not self._addresses:
            with self._lock:
                self._update(known or frozenset())
                self._addresses = known
        return self._replicas

    def _update(self, known: frozenset[Address]) -> None:
        """Keeps what is known of the health of those that stay."""
        before = {Address(one.host, one.port, one.authority): one for one in self._replicas}
        self._replicas = tuple(
            before.pop(one) if one in before else Replica(self.context, one) for one in sorted(known, key=str)
        )
        for replica in before.values():
            replica.gone = True
            blocking.let_go(replica)
        self._tell_out()

    def let_go(self) -> None:
        """Counts on none of these replicas any more."""
        with self._lock:
            self._update(frozenset())

    # -- who gets a call --------------------------------------------------------------------------
    def pick(self, tried: Collection[Replica]) -> Replica | None:
        """The less busy of two by chance, none of those tried before if there is another; None where all are left out."""
        present = [one for one in self.all() if not one.is_out]
        untried = [one for one in present if one not in tried] if tried else present
        choice = untried or present
        if len(choice) > 1:
            first, second = _dice.sample(choice, 2)
            return first if first.outstanding <= second.outstanding else second
        return choice[0] if choice else None

    def has_other(self, replica: Replica) -> bool:
        """Whether another replica could take the call."""
        return any(one is not replica and not one.is_out for one in self._replicas)

    def enter(self) -> None:
        """Counts a call in. Raises Unavailable where there are too many already: waiting would only make more."""
        with self._lock:
            if self.in_flight >= settings.RPC_MOST_IN_FLIGHT:
                metrics.RPC_TURNED_AWAY.labels(self.context).inc()
                raise Unavailable(
                    f"{self.in_flight} calls to {self.context!r} are under way already; no more are begun"
                    " (RPC_MOST_IN_FLIGHT)."
                )
            self.in_flight += 1
        self._counted.inc()

    def leave(self) -> None:
        """Counts a call out."""
        with self._lock:
            self.in_flight -= 1
        self._counted.dec()

    def count(self, replica: Replica, change: int) -> None:
        """Counts an attempt in or out at one replica."""
        with self._lock:
            replica.outstanding += change

    # -- how they fare ----------------------------------------------------------------------------
    def succeeded(self, replica: Replica) -> None:
        """It answered."""
        replica.failures = replica.rests = 0

    def failed(self, replica: Replica) -> None:
        """It did not answer as it should; after some such calls in a row it is left out."""
        with self._lock:
            replica.failures += 1
            if replica.failures < MOST_FAILURES:
                return
        self.leave_out(replica, LONGEST_REST)

    def unreachable(self, replica: Replica) -> None:
        """It cannot be connected to, or says itself that it is about to end: it is left out at once."""
        self.leave_out(replica, LONGEST_REST_UNREACHABLE)

    def leave_out(self, replica: Replica, longest: float) -> None:
        """Leaves a replica out for a while that grows each time, until it can be connected to."""
        with self._lock:
            if replica.is_out or replica.gone:
                return
            replica.is_out = True
            self._tell_out()
        threading.Thread(target=self._readmit, args=(replica, longest), name="rpc-probe", daemon=True).start()

    def _readmit(self, replica: Replica, longest: float) -> None:
        while not replica.gone:
            time.sleep(min(longest, FIRST_REST * 2**replica.rests) * _dice.uniform(0.8, 1.2))
            replica.rests = min(replica.rests + 1, 16)
            if replica.gone or blocking.probe(replica):
                break
        # One more failure leaves it out again, until it has answered once.
        replica.failures = MOST_FAILURES - 1
        with self._lock:
            replica.is_out = False
            self._tell_out()

    def _tell_out(self) -> None:
        self._out.set(sum(one.is_out for one in self._replicas))


def of(context: str) -> Replicas:
    """The replicas of a context, as SERVICES says now; one object for all calls of this process."""
    urls = addresses.urls_of(context)
    found = _known.get((context, urls))
    if found is None:
        with _lock:
            found = _known.get((context, urls)) or Replicas(context, urls)
            _known[context, urls] = found
    return found


_known: dict[tuple[str, tuple[str, ...]], Replicas] = {}
_lock = threading.Lock()


def forget() -> None:
    """Lets go of all replicas and the connections to them; the next call begins anew."""
    with _lock:
        groups = list(_known.values())
        _known.clear()
    for group in groups:
        group.let_go()


def _forget() -> None:
    """In a forked child: what is under way is the parent's, and so are the threads that look after replicas."""
    global _lock
    _lock = threading.Lock()
    _known.clear()
    _dice.seed()


os.register_at_fork(after_in_child=_forget)
