"""Tables that events are projected to: flags, and who has seen which variant."""

from django.db import models

from apps.experiments import domain
from idl import experiments
from thriftshop.rpc import codec

STATES = [(number, name.capitalize()) for number, name in experiments.FlagState._VALUES_TO_NAMES.items()]


class Flag(models.Model):
    """A flag as of its last projected event, for staff's list. `struct` is the contract's Flag."""

    key = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=100)
    state = models.IntegerField(choices=STATES)
    layer = models.CharField(max_length=40, blank=True)
    share = models.IntegerField()
    changed_at = models.BigIntegerField()
    version = models.BigIntegerField(help_text="The version of the stream of all flags.")
    struct = models.BinaryField()

    class Meta:
        ordering = ["-changed_at", "key"]

    def __str__(self) -> str:
        return self.key

    def to_struct(self) -> experiments.Flag:
        """The flag as the contract declares it."""
        struct: experiments.Flag = codec.decode_own(experiments.Flag, bytes(self.struct))
        return struct

    @classmethod
    def of(cls, flag: domain.Flag, changed_at: int, version: int) -> "Flag":
        """The row of a flag."""
        draft = flag.draft
        return cls(
            key=flag.key,
            title=draft.title,
            state=flag.state,
            layer=draft.layer or "",
            share=draft.share,
            changed_at=changed_at,
            version=version,
            struct=codec.encode(flag.to_struct()),
        )


class Exposure(models.Model):
    """An id saw the effect of a variant for the first time."""

    flag = models.CharField(max_length=40)
    unit = models.CharField(max_length=80)
    variant = models.CharField(max_length=20)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flag", "unit", "variant"], name="experiments_exposed_once")]
        indexes = [models.Index(fields=["flag", "at"], name="experiments_exposed_at")]

    def __str__(self) -> str:
        return f"{self.unit} saw {self.flag}={self.variant}"
