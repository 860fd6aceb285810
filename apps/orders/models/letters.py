"""What customers were told, so that each is told once."""

from django.db import models

from thriftshop import mail


class Letter(mail.Delivery):
    """One e-mail about one event of an order; `sent_at` is absent while it is on its way. Holds no address and no text."""

    order_id = models.CharField(max_length=36)
    kind = models.CharField(max_length=32)
    version = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_id", "kind", "version"], name="letter_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"
