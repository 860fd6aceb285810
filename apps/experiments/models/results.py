"""Tables of results: made from the tables of the projections, in batches of what has changed there."""

from __future__ import annotations

from django.db import models


class Unsettled(models.Model):
    """Something that results depend on has changed: an id, an order, or a flag from a moment on."""

    class Kind(models.TextChoices):
        """What has changed."""

        UNIT = "unit"
        ORDER = "order"
        FLAG = "flag"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    key = models.CharField(max_length=80)
    since = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Settlement(models.Model):
    """A single row, which is locked by the process that settles."""

    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.at)


class Participant(models.Model):
    """What an id has added to the results of a flag. `variant` is empty if it saw several."""

    flag = models.CharField(max_length=40)
    unit = models.CharField(max_length=80)
    variant = models.CharField(max_length=20, blank=True)
    exposed_at = models.BigIntegerField()
    period = models.IntegerField(help_text="The number of changes of the weights before the exposure.")
    states = models.TextField(help_text="By day, the values by its end, as a JSON list.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "flag"], name="experiments_participant_once")]

    def __str__(self) -> str:
        return f"{self.unit} in {self.flag}"


class DailySums(models.Model):
    """What a day added to the sums of a variant: the number of ids, of each column and each product, as a JSON list.

    Whole numbers of any size: sums of squares of pence exceed 64 bits.
    """

    key = models.CharField(max_length=90, primary_key=True)
    flag = models.CharField(max_length=40, db_index=True)
    period = models.IntegerField()
    variant = models.CharField(max_length=20, blank=True)
    day = models.CharField(max_length=10, help_text="2010-05-28")
    sums = models.TextField(help_text="A JSON list.")

    class Meta:
        verbose_name_plural = "daily sums"

    def __str__(self) -> str:
        return self.key
