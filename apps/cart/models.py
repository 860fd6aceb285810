"""The table that carts are projected to, for the admin and the sweep."""

from django.db import models


class CartSummary(models.Model):
    """A cart as of its last projected event. It has no token, so it does not open the cart."""

    cart_id = models.CharField("cart", max_length=128, primary_key=True)
    customer_id = models.CharField("customer", max_length=64, db_index=True)
    currency = models.CharField(max_length=3)
    lines = models.JSONField(help_text="SKU, quantity, unit price when put in, moment when put in.")
    line_count = models.IntegerField("lines")
    item_count = models.IntegerField("pieces")
    order_count = models.IntegerField("orders")
    opened_at = models.BigIntegerField("opened")
    used_at = models.BigIntegerField("last used", db_index=True)
    version = models.BigIntegerField()

    class Meta:
        verbose_name = "cart"
        ordering = ["-used_at"]

    def __str__(self) -> str:
        return self.cart_id
