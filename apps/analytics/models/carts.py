"""Tables that connect carts with the sessions that used them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

GUESTS = "guest-"
ACCOUNTS = "customer-"


class CartUseQuerySet(models.QuerySet["CartUse"]):
    """Sessions that used carts."""

    def remove(self, unlinked: Collection[str], silent: Collection[str]) -> None:
        """Forget the carts of accounts that unlinked visitors used, and all carts of visitors without consent."""
        if unlinked:
            self.filter(visitor_id__in=unlinked).exclude(cart_id__startswith=GUESTS).delete()
        if silent:
            self.filter(visitor_id__in=silent).delete()

    def forget(self, customer_id: str) -> None:
        """Forget who used the cart of an account that was erased."""
        self.filter(cart_id=ACCOUNTS + customer_id).delete()


class CartUse(models.Model):
    """A session that used a cart, with the visitor's consent."""

    cart_id = models.CharField(max_length=100)
    visitor_id = models.CharField(max_length=64, db_index=True)
    session_id = models.CharField(max_length=64)
    used_at = models.BigIntegerField()
    recorded_at = models.BigIntegerField(db_index=True)

    objects = CartUseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cart_id", "session_id"], name="cart_use_once")]

    def __str__(self) -> str:
        return self.cart_id


class CartItem(models.Model):
    """A product that was added to a cart, by the id of its event: the session may become known later."""

    event_id = models.CharField(max_length=32, primary_key=True)
    cart_id = models.CharField(max_length=100, db_index=True)
    sku = models.CharField(max_length=64)
    quantity = models.BigIntegerField()
    added_at = models.BigIntegerField()

    class Meta:
        verbose_name = "item added to a cart"
        verbose_name_plural = "items added to carts"

    def __str__(self) -> str:
        return f"{self.cart_id}: {self.sku}"
