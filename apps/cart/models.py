"""The table that carts are projected to, for the admin and the sweep."""

from typing import Any

from django.db import models

from apps.cart import domain


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

    def to_state(self) -> domain.CartState:
        """The cart's state."""
        return domain.CartState(
            opened=self.version > 0,
            customer_id=self.customer_id or None,
            currency=self.currency,
            lines={sku: domain.Line(quantity, price, at) for sku, quantity, price, at in self.lines},
            used_at=self.used_at,
        )

    def set_state(self, state: domain.CartState) -> None:
        """Set the fields from a state."""
        self.customer_id, self.currency, self.used_at = state.customer_id or "", state.currency, state.used_at
        lines: list[list[Any]] = [
            [sku, line.quantity, line.unit_price, line.added_at] for sku, line in state.lines.items()
        ]
        self.lines, self.line_count = lines, len(lines)
        self.item_count = sum(line.quantity for line in state.lines.values())
