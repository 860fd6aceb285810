"""E-mails about orders, recorded so that each is sent once."""

from django.db import models

from thriftshop import mail


class Email(mail.Delivery):
    """An e-mail about an event of an order, without its address and text; `sent_at` is None until it was accepted."""

    order_id = models.CharField(max_length=36)
    kind = models.CharField(max_length=32)
    version = models.BigIntegerField()

    class Meta:
        verbose_name = "e-mail"
        db_table = "orders_letter"
        constraints = [models.UniqueConstraint(fields=["order_id", "kind", "version"], name="letter_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id}"
