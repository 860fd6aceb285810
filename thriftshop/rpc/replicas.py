"""The replicas of a context: which gets a call, which is left out for a while (the breaker), how many calls are allowed."""

import os
import random
import threading
import time
from collections.abc import Collection
from concurrent.futures import Future

from django.conf import settings

from thriftshop.rpc import addresses
from thriftshop.rpc.addresses import Address
from thriftshop.rpc.errors import Unavailable
from thriftshop.rpc.http import sync_connections
from thriftshop.rpc.replica import Replica
from thriftshop.rpc.retry_budget import Budget
from thriftshop.telemetry import metrics

# After this many failed calls in a row a replica is left out, although connections to it can be opened.
MAX_FAILURES = 5
FIRST_EXCLUSION = 0.1
MAX_EXCLUSION = 10.0
# A replica to which no connection can be opened is probed often, which costs little.
MAX_EXCLUSION_UNREACHABLE = 0.5
# A service in this process has no other replica.
MAX_EXCLUSION_HERE = 0.5
# A generator of its own: the module's shared one may have been seeded.
_random = random.Random()


class Replicas:
    """All replicas of a context. Without URLs that is this process alone."""

    def __init__(self, context: str, urls: tuple[str, ...]) -> None:
        self.context = context
        self.directory = addresses.Directory(urls)
        self.budget = Budget(settings.RPC_RETRY_SHARE)
        self.in_flight = 0
        self._is_here = not urls
        self._addresses: frozenset[Address] | None = None
        self._replicas: tuple[Replica, ...] = ()
        self._lock = threading.Lock()
        # Set as they change: the metrics files that workers share support no functions that are called when read.
        self._in_flight_metric = metrics.RPC_IN_FLIGHT.labels(context)
        self._out_metric = metrics.RPC_REPLICAS_OUT.labels(context)

    # -- discovery ----------------------------------------------------------------------------------
    def lookup(self) -> "Future[frozenset[Address]] | None":
        """The lookup to wait for before any address is known; None once one is known."""
        lookup = self.directory.refresh()
        return lookup if self.directory.current is None else None

    def all(self) -> tuple[Replica, ...]:
        """The replicas as they are known now."""
        addresses = self.directory.current
        if addresses is not self._addresses:
            with self._lock:
                self._update(addresses or frozenset())
                self._addresses = addresses
        return self._replicas

    def _update(self, addresses: frozenset[Address]) -> None:
        """Take over the known addresses; replicas that stay keep their health."""
        before = {Address(replica.host, replica.port, replica.authority): replica for replica in self._replicas}
        self._replicas = tuple(
            before.pop(address) if address in before else Replica(self.context, address)
            for address in sorted(addresses, key=str)
        )
        for replica in before.values():
            replica.gone = True
            sync_connections.close_idle(replica)
        self._count_out()

    def clear(self) -> None:
        """Drop all replicas."""
        with self._lock:
            self._update(frozenset())

    # -- load balancing ----------------------------------------------------------------------------
    def pick(self, tried: Collection[Replica]) -> Replica | None:
        """The less busy of two random replicas, preferably not tried before; None if all are excluded."""
        every = self.all()
        if len(every) == 1:
            return None if every[0].is_out else every[0]
        present = [replica for replica in every if not replica.is_out]
        untried = [replica for replica in present if replica not in tried] if tried else present
        choice = untried or present
        if len(choice) > 1:
            first, second = _random.sample(choice, 2)
            return first if first.outstanding <= second.outstanding else second
        return choice[0] if choice else None

    def has_other(self, replica: Replica) -> bool:
        """Whether another replica could take the call."""
        return len(self._replicas) > 1 and any(other is not replica and not other.is_out for other in self._replicas)

    def enter(self) -> None:
        """Count a call as begun. Raises Unavailable if too many are in flight: waiting would only add more.

        Calls within this process are limited by its thread pool instead.
        """
        if self._is_here:
            return
        with self._lock:
            if self.in_flight >= settings.RPC_MOST_IN_FLIGHT:
                metrics.RPC_TURNED_AWAY.labels(self.context).inc()
                raise Unavailable(
                    f"{self.in_flight} calls to {self.context!r} are in flight already; no more are begun"
                    " (RPC_MOST_IN_FLIGHT)."
                )
            self.in_flight += 1
        self._in_flight_metric.inc()

    def leave(self) -> None:
        """Count a call as ended."""
        if self._is_here:
            return
        with self._lock:
            self.in_flight -= 1
        self._in_flight_metric.dec()

    # -- the breaker ------------------------------------------------------------------------------
    def succeeded(self, replica: Replica) -> None:
        """Record an answer."""
        replica.failures = replica.exclusions = 0

    def failed(self, replica: Replica) -> None:
        """Record a failure; after several in a row the replica is excluded."""
        with self._lock:
            replica.failures += 1
            if replica.failures < MAX_FAILURES:
                return
        self.leave_out(replica, MAX_EXCLUSION_HERE if self._is_here else MAX_EXCLUSION)

    def unreachable(self, replica: Replica) -> None:
        """Exclude a replica that cannot be reached, is shutting down or is overloaded."""
        self.leave_out(replica, MAX_EXCLUSION_UNREACHABLE)

    def leave_out(self, replica: Replica, longest: float) -> None:
        """Exclude a replica until it can be connected to, for a time that grows with each exclusion up to `longest`."""
        with self._lock:
            if replica.is_out or replica.gone:
                return
            replica.is_out = True
            self._count_out()
        threading.Thread(target=self._readmit, args=(replica, longest), name="rpc-probe", daemon=True).start()

    def _readmit(self, replica: Replica, longest: float) -> None:
        while not replica.gone:
            time.sleep(min(longest, FIRST_EXCLUSION * 2**replica.exclusions) * _random.uniform(0.8, 1.2))
            replica.exclusions = min(replica.exclusions + 1, 16)
            if replica.gone or self._is_here or sync_connections.ping(replica):
                break
        # One more failure excludes it again, until it has answered once.
        replica.failures = MAX_FAILURES - 1
        with self._lock:
            replica.is_out = False
            self._count_out()

    def _count_out(self) -> None:
        self._out_metric.set(sum(replica.is_out for replica in self._replicas))


def of(context: str) -> Replicas:
    """The replicas of a context in other processes, as SERVICES names them; one object for all calls of this process."""
    return _get(context, addresses.urls_of(context))


def here(context: str) -> Replicas:
    """The replica of a context that this process hosts."""
    return _get(context, ())


def _get(context: str, urls: tuple[str, ...]) -> Replicas:
    replicas = _replicas.get((context, urls))
    if replicas is None:
        with _lock:
            replicas = _replicas.get((context, urls)) or Replicas(context, urls)
            _replicas[context, urls] = replicas
    return replicas


_replicas: dict[tuple[str, tuple[str, ...]], Replicas] = {}
_lock = threading.Lock()


def forget() -> None:
    """Drop all replicas and their connections; the next call connects again."""
    with _lock:
        groups = list(_replicas.values())
        _replicas.clear()
    for group in groups:
        group.clear()


def _after_fork() -> None:
    """In a forked child: calls in flight and the threads that probe replicas are the parent's."""
    global _lock
    _lock = threading.Lock()
    _replicas.clear()
    _random.seed()


os.register_at_fork(after_in_child=_after_fork)
