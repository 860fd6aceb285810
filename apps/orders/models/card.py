"""The records of the sandbox card provider, which stand for those of a real provider; only the provider writes them."""

from django.db import models


class CardEntry(models.Model):
    """A call of the sandbox, executed once per key. `amount` in minor units."""

    key = models.CharField(max_length=100, primary_key=True)
    account = models.CharField(max_length=64, db_index=True, help_text="The order's id.")
    kind = models.CharField(
        max_length=12, choices=[(kind, kind) for kind in ("authorise", "capture", "refund", "void")]
    )
    outcome = models.CharField(max_length=12, choices=[(kind, kind) for kind in ("waiting", "done", "declined")])
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=40)
    token = models.CharField(max_length=200, blank=True, default="")
    calls = models.IntegerField(default=1, db_column="asked", help_text="How often this key was used.")
    created_at = models.BigIntegerField()

    class Meta:
        verbose_name = "sandbox card entry"
        verbose_name_plural = "sandbox card entries"
        ordering = ["-created_at", "-key"]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
