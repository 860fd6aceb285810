"""Visits in memory: their lines are read from the table in the order of their times, and become baskets once a minute."""

import time
from collections.abc import Callable, Collection

from django.db.models import Q

from apps.recommender import models
from apps.recommender.domain import visits
from thriftshop import clock

# A visit changes recommendations little, and products are viewed all the time: rankings stay valid in between.
REFRESH_SECONDS = 60.0
# The number of lines read by one request; small, so that it does not delay its response.
BATCH = 2500
# Lines are read this long after their time, because they are not projected in its order; later ones at the next reload.
SETTLE_MS = 5_000

# Those SKUs that are products of the catalog: clients report what they like.
Known = Callable[[Collection[str]], Collection[str]]


class Visits:
    """The lines of visits that have been read so far, and their baskets."""

    def __init__(self, known: Known) -> None:
        self.baskets = visits.NONE
        self.is_complete = False
        self._known = known
        self._lines = visits.Lines()
        self._last: tuple[int, int] | None = None  # time and key
        self._read_at = float("-inf")

    def read_next(self) -> None:
        """Read the next lines, if it is time, and make their baskets when there are no more."""
        if self.is_complete and time.monotonic() - self._read_at < REFRESH_SECONDS:
            return
        rows = self._next_rows()
        if rows:
            self._last = rows[-1].seen_at, rows[-1].key
            known = self._known({row.sku for row in rows})
            self._lines = visits.add_lines(self._lines, [row for row in rows if row.sku in known])
        self.is_complete = len(rows) < BATCH
        if self.is_complete:
            self._read_at = time.monotonic()
        if self.is_complete and len(self._lines.visits):
            self.baskets = visits.baskets_of(self._lines)

    def _next_rows(self) -> list[visits.Line]:
        lines = models.VisitLine.objects.filter(seen_at__lt=clock.now() - SETTLE_MS)
        if self._last is not None:
            at, key = self._last
            lines = lines.filter(Q(seen_at__gt=at) | Q(seen_at=at, key__gt=key), seen_at__gte=at)
        return [visits.Line(*row) for row in lines.order_by("seen_at", "key").values_list(*visits.Line._fields)[:BATCH]]
