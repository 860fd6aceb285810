"""Evaluation: a flag and a subject in, a variant out; pure, deterministic, from memory.

A visitor's bucket is a hash of their id, salted by the flag, so that flags are independent of each other. A weight change
adds an allocation. Who has the same variant in all allocations needs no record; everybody else keeps the variant that
they have seen.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BUCKETS = 10_000
# OpenFeature's names.
STATIC, DEFAULT, DISABLED, SPLIT, TARGETING_MATCH, STALE = (
    "STATIC",
    "DEFAULT",
    "DISABLED",
    "SPLIT",
    "TARGETING_MATCH",
    "STALE",
)
NOTHING_SEEN: Mapping[str, str] = {}


class Ranges:
    """The variant of each bucket, as ascending ranges."""

    __slots__ = ("_limits", "_variants")

    def __init__(self, ranges: Sequence[tuple[int, str]]) -> None:
        self._limits = [limit for limit, _ in ranges]
        self._variants = [*(variant for _, variant in ranges), ""]

    def __getitem__(self, bucket: int) -> str:
        """The variant of a bucket; empty for none."""
        return self._variants[bisect_right(self._limits, bucket)]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets the variants: visitors to whom all of these apply; None where it does not matter."""

    signed_in: bool | None = None
    countries: Collection[str] = ()
    is_new: bool | None = None
    segments: Collection[str] = ()

    def __bool__(self) -> bool:
        return self.signed_in is not None or self.is_new is not None or bool(self.countries) or bool(self.segments)

    def includes(self, attributes: Mapping[str, Any]) -> bool:
        """Whether a visitor with these attributes belongs to it; one whose attribute is not known does not."""
        return (
            self.signed_in in (None, attributes.get("signed_in"))
            and self.is_new in (None, attributes.get("is_new"))
            and (not self.countries or attributes.get("country") in self.countries)
            and (not self.segments or attributes.get("segment") in self.segments)
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag as it is evaluated."""

    key: str
    values: Mapping[str, Any]  # by variant
    default: str
    is_running: bool = False
    shipped: str | None = None
    layer: str | None = None
    enrolment: Ranges = field(default_factory=lambda: Ranges([]))
    allocations: tuple[Ranges, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    audience: Audience = field(default_factory=Audience)
    starts_at: int | None = None
    ends_at: int | None = None
    is_public: bool = False
    version: int = 1

    def is_active(self, now: int) -> bool:
        """Whether visitors may get different variants at this moment (milliseconds)."""
        if not self.is_running:
            return bool(self.overrides) and not self.allocations and self.shipped is None
        return (self.starts_at is None or self.starts_at <= now) and (self.ends_at is None or now < self.ends_at)

    def is_enrolled(self, unit: str) -> bool:
        """Whether an id is among the share of visitors who are in it."""
        salt = f"flag/{self.key}" if self.layer is None else f"layer/{self.layer}"
        return bool(self.enrolment[bucket(salt, unit)])


class Subject(NamedTuple):
    """Whose variant is decided."""

    unit: str  # the id that is hashed: a visitor's, or a customer's
    customer: str = ""
    # The variants that were shown to it, by flag; None if that is not known.
    seen: Mapping[str, str] | None = None
    attributes: Mapping[str, Any] = {}
    # Whether `unit` is certainly the right id: only then the use of a variant is counted.
    is_known: bool = True


class Evaluation(NamedTuple):
    """A variant, and why. `is_counted` if the subject is part of the experiment, so that its use is an exposure."""

    variant: str
    reason: str
    is_counted: bool = False


def bucket(salt: str, unit: str) -> int:
    """The bucket of an id."""
    return int.from_bytes(hashlib.sha256(f"{salt}/{unit}".encode()).digest()[:8]) % BUCKETS


def needs_record(flag: Flag, unit: str) -> bool:
    """Whether the variant of an id depends on what it has seen: a change of the weights moved its bucket."""
    if len(flag.allocations) < 2 or not flag.is_running:
        return False
    place = bucket(f"variant/{flag.key}", unit)
    first = flag.allocations[0][place]
    return any(allocation[place] != first for allocation in flag.allocations)


def evaluate(flag: Flag, subject: Subject, now: int) -> Evaluation:
    """The variant of a subject at a moment (milliseconds)."""
    if flag.overrides and (flag.is_running or flag.is_active(now)):
        override = flag.overrides.get(subject.unit) or flag.overrides.get(subject.customer)
        if override is not None:
            return Evaluation(override, TARGETING_MATCH)
    if flag.shipped is not None:
        return Evaluation(flag.shipped, STATIC)
    if not flag.is_running or not flag.is_active(now):
        return Evaluation(flag.default, DISABLED)
    if (flag.audience and not flag.audience.includes(subject.attributes)) or not flag.is_enrolled(subject.unit):
        return Evaluation(flag.default, DEFAULT)
    return _assigned(flag, subject)


def _assigned(flag: Flag, subject: Subject) -> Evaluation:
    """The variant that was seen, or else that of the bucket; by the first allocation, uncounted, if a record is missing."""
    seen = (subject.seen or NOTHING_SEEN).get(flag.key)
    if seen in flag.values:
        return Evaluation(str(seen), SPLIT, subject.is_known)
    place = bucket(f"variant/{flag.key}", subject.unit)
    if subject.seen is None and needs_record(flag, subject.unit):
        return Evaluation(flag.allocations[0][place] or flag.default, STALE)
    variant = flag.allocations[-1][place]
    return Evaluation(variant, SPLIT, subject.is_known) if variant else Evaluation(flag.default, DEFAULT)
