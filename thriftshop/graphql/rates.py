"""Rate limits: token buckets of cost units for each customer, and for each client address of anonymous requests.

The buckets are those of this process: with several, a client may use each one's.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from prometheus_client import Counter

from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.requests import Context, Incoming
from thriftshop.web import origin

LIMITED = Counter("thriftshop_graphql_rate_limited_total", "Requests refused by a rate limit.", ["bucket"])
CODE = "RATE_LIMITED"
MAX_BUCKETS = 50_000
# An address that is longer, from a header, is not one.
MAX_KEY = 64
# What a refused document counts: parsing and validating it costs more than executing a cheap one.
REFUSED_COST = 500


class Buckets:
    """The buckets most recently used. One that is dropped, or not known, is full."""

    def __init__(self, most: int = MAX_BUCKETS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._levels)

    def wait(self, key: str, units: int, per_minute: int) -> float:
        """The seconds until a bucket has so many units; 0 if it has."""
        with self._lock:
            return max(units - self._level(key, per_minute, self._clock()), 0.0) * 60 / per_minute

    def take(self, key: str, units: int, per_minute: int) -> float:
        """Take units, and return 0; if there are not enough, take none and return the seconds until there are."""
        with self._lock:
            now = self._clock()
            level = self._level(key, per_minute, now)
            missing = units - level
            self._levels[key] = (level if missing > 0 else level - units, now)
            self._levels.move_to_end(key)
            if len(self._levels) > self._most:
                self._levels.popitem(last=False)
        return max(missing, 0.0) * 60 / per_minute

    def _level(self, key: str, per_minute: int, now: float) -> float:
        level, since = self._levels.get(key, (per_minute, now))
        return min(level + (now - since) * per_minute / 60, per_minute)


buckets = Buckets()


def charge(context: Context, cost: int, new: int = 0) -> None:
    """Charge operations to the viewer, or to the client's address if there is none.

    Raises RequestRefused (429); then the documents that were read for it, `new` of them, count as refused.
    """
    try:
        if context.viewer is not None:
            _charge("customer", context.viewer.id, max(cost, 1), settings.GRAPHQL_RATE_CUSTOMER)
        else:
            _charge("address", origin.network(context.incoming.address), max(cost, 1), settings.GRAPHQL_RATE_ADDRESS)
    except RequestRefused:
        charge_refused(context.incoming, new)
        raise


def charge_refused(incoming: Incoming, documents: int = 1) -> None:
    """Charge refused documents to the client's address, regardless of the viewer."""
    if per_minute := settings.GRAPHQL_RATE_ADDRESS:
        for _ in range(documents):
            buckets.take(_key("refused", origin.network(incoming.address)), min(REFUSED_COST, per_minute), per_minute)


def check_refused(incoming: Incoming) -> None:
    """Raise RequestRefused (429) for an address with too many refused documents, before another one is read."""
    if per_minute := settings.GRAPHQL_RATE_ADDRESS:
        seconds = buckets.wait(
            _key("refused", origin.network(incoming.address)), min(REFUSED_COST, per_minute), per_minute
        )
        _check("refused", seconds, per_minute)


def _charge(bucket: str, name: str, units: int, per_minute: int) -> None:
    if per_minute:
        _check(bucket, buckets.take(_key(bucket, name), units, per_minute), per_minute)


def _check(bucket: str, wait: float, per_minute: int) -> None:
    if wait:
        seconds = math.ceil(wait)
        LIMITED.labels(bucket).inc()
        message = f"Too many requests: the limit is {per_minute:,} units of cost a minute. Try again in {seconds} s."
        raise RequestRefused(CODE, message, status=429, retryAfter=seconds, allowed=per_minute)


def _key(bucket: str, name: str) -> str:
    return f"{bucket} {name[:MAX_KEY]}"
