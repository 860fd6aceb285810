"""Guests' orders by e-mail address, and who asked for a link to one. Addresses are kept as keyed digests alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from thriftshop import clock
from thriftshop.contact import emails
from thriftshop.database import bulk

HOUR_MS = 3_600_000
# So long one process has for sending a link before another one may try.
CLAIM_MS = 60_000


def digest_of(*parts: str) -> str:
    """A digest that nobody can compute, or try addresses against, without the shop's key for it."""
    secret = settings.EMAIL_DIGEST_KEY or settings.SECRET_KEY
    return salted_hmac("orders.guests", "\n".join(parts), secret=secret, algorithm="sha256").hexdigest()


def email_digest(email: str) -> str:
    """The digest under which orders with this address are found, however it is written."""
    return digest_of("email", emails.normal(email))


class GuestEmailQuerySet(models.QuerySet["GuestEmail"]):
    """Guests' orders, looked up by their address."""

    def put(self, digests: Mapping[str, str]) -> None:
        """Keeps the digests of orders' addresses, by order id."""
        bulk.upsert(self, ("order_id", "digest"), digests.items(), "order_id")

    def orders_of(self, email: str) -> list[str]:
        """The ids of the guests' orders that were placed with this address."""
        return list(self.filter(digest=email_digest(email)).values_list("order_id", flat=True))

    def drop(self, order_ids: Iterable[str]) -> None:
        """Forgets the addresses of these orders."""
        self.filter(pk__in=list(order_ids)).delete()


class GuestEmail(models.Model):
    """The address of one guest's order, as a digest. There is none for an order that belongs to an account."""

    order_id = models.CharField(max_length=36, primary_key=True)
    digest = models.CharField(max_length=64, db_index=True)

    objects = GuestEmailQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Address of {self.order_id}"


class LinkRequestQuerySet(models.QuerySet["LinkRequest"]):
    """Requests for a link to a guest's order, kept for an hour."""

    def waiting(self) -> LinkRequestQuerySet:
        """Those that nobody has seen to, and nobody is about to; the oldest first."""
        now = clock.now()
        # A claim from the future was made by a clock that was wrong.
        claimed = models.Q(claimed_at__range=(now - CLAIM_MS + 1, now + clock.SKEW_MS))
        return self.filter(~claimed, done_at=None).order_by("asked_at")

    def claim(self, request: LinkRequest) -> bool:
        """Whether this process is to see to a request: of several that ask, one."""
        mine = self.filter(pk=request.pk, done_at=None, claimed_at=request.claimed_at)
        return bool(mine.update(claimed_at=clock.now()))


class LinkRequest(models.Model):
    """Somebody asked for the link to a guest's order: it is written down whether or not there is such an order."""

    number = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, db_index=True)
    client = models.CharField(max_length=64, blank=True, db_index=True, help_text="Where from, as a digest.")
    asked_at = models.BigIntegerField(db_index=True)
    claimed_at = models.BigIntegerField(default=0)
    done_at = models.BigIntegerField(null=True, blank=True)

    objects = LinkRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Request {self.pk}"

    def note_done(self) -> None:
        """Records that the request was seen to."""
        type(self).objects.filter(pk=self.pk).update(done_at=clock.now())
