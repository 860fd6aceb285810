"""Guests' orders by e-mail address, and requests for links to them. Addresses are stored only as keyed digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

from thriftshop import clock
from thriftshop.contact import emails
from thriftshop.database import bulk

HOUR_MS = 3_600_000
# How long the claim of a process is respected before another one may send the link.
CLAIM_MS = 60_000


def digest_of(*parts: str) -> str:
    """A keyed digest: nobody can compute it, or test addresses against it, without the key."""
    secret = settings.EMAIL_DIGEST_KEY or settings.SECRET_KEY
    return salted_hmac("orders.guests", "\n".join(parts), secret=secret, algorithm="sha256").hexdigest()


def email_digest(email: str) -> str:
    """The digest of an address in its normal form."""
    return digest_of("email", emails.normal(email))


class GuestEmailQuerySet(models.QuerySet["GuestEmail"]):
    """Guests' orders, looked up by their address."""

    def put(self, digests: Mapping[str, str]) -> None:
        """Store the digests of orders' addresses, by order id."""
        bulk.upsert(self, ("order_id", "digest"), digests.items(), "order_id")

    def orders_of(self, email: str) -> list[str]:
        """The ids of the guests' orders with this address."""
        return list(self.filter(digest=email_digest(email)).values_list("order_id", flat=True))

    def drop(self, order_ids: Iterable[str]) -> None:
        """Delete the digests of these orders."""
        if ids := list(order_ids):
            self.filter(pk__in=ids).delete()


class GuestEmail(models.Model):
    """The digest of the address of a guest's order; deleted when the order is moved to an account."""

    order_id = models.CharField(max_length=36, primary_key=True)
    digest = models.CharField(max_length=64, db_index=True)

    objects = GuestEmailQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Address of {self.order_id}"


class LinkRequestQuerySet(models.QuerySet["LinkRequest"]):
    """Requests for links, kept for an hour."""

    def waiting(self) -> LinkRequestQuerySet:
        """Requests that are neither handled nor claimed, oldest first."""
        now = clock.now()
        # A claim from the future was made with a wrong clock.
        claimed = models.Q(claimed_at__range=(now - CLAIM_MS + 1, now + clock.SKEW_MS))
        return self.filter(~claimed, done_at=None).order_by("requested_at")

    def claim(self, request: LinkRequest) -> bool:
        """Claim a request for this process; False if another one has claimed it."""
        unclaimed = self.filter(pk=request.pk, done_at=None, claimed_at=request.claimed_at)
        return bool(unclaimed.update(claimed_at=clock.now()))


class LinkRequest(models.Model):
    """A request for the link to a guest's order, recorded whether or not the order exists."""

    number = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, db_index=True)
    client = models.CharField(max_length=64, blank=True, db_index=True, help_text="The digest of the client's network.")
    requested_at = models.BigIntegerField(db_index=True, db_column="asked_at")
    claimed_at = models.BigIntegerField(default=0)
    done_at = models.BigIntegerField(null=True, blank=True)

    objects = LinkRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Request {self.pk}"

    def note_done(self) -> None:
        """Record that the request was handled."""
        type(self).objects.filter(pk=self.pk).update(done_at=clock.now())
