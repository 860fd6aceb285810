"""The state of all flags, and how events change it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

from apps.experiments.domain import allocation
from idl import experiments

STATE = experiments.FlagState


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag. Its mappings and its draft are never changed in place."""

    draft: experiments.FlagDraft
    state: int = STATE.DRAFT
    enrolment: allocation.Ranges = ()
    allocations: tuple[allocation.Ranges, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)
    shipped: str | None = None
    version: int = 1

    @property
    def key(self) -> str:
        """Its key."""
        return self.draft.key

    @property
    def weights(self) -> dict[str, int]:
        """The weights by variant."""
        return {variant.key: variant.weight for variant in self.draft.variants}

    @property
    def was_started(self) -> bool:
        """Whether it was ever started."""
        return bool(self.allocations)

    def to_struct(self) -> experiments.Flag:
        """The flag as the contract declares it."""
        draft = self.draft
        return experiments.Flag(
            key=draft.key,
            title=draft.title,
            description=draft.description,
            state=self.state,
            variants=draft.variants,
            default_variant=draft.default_variant,
            audience=draft.audience,
            layer=draft.layer,
            share=draft.share,
            enrolment=to_allocation(self.enrolment),
            allocations=[to_allocation(ranges) for ranges in self.allocations],
            overrides=dict(self.overrides),
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            is_public=draft.is_public,
            shipped=self.shipped,
            version=self.version,
            plan=draft.plan,
        )

    @classmethod
    def from_struct(cls, struct: experiments.Flag) -> "Flag":
        """The flag that the contract declares so."""
        names = [spec[1] for spec in _specs(experiments.FlagDraft)]
        return cls(
            draft=experiments.FlagDraft(**{name: getattr(struct, name) for name in names}),
            state=struct.state,
            enrolment=to_ranges(struct.enrolment),
            allocations=tuple(to_ranges(allocated) for allocated in struct.allocations),
            overrides=struct.overrides,
            shipped=struct.shipped,
            version=struct.version,
        )


Flags = Mapping[str, Flag]
"""All flags by key: one stream, so that rules across flags (keys, layers) hold without exception."""
NO_FLAGS: Flags = {}


def to_allocation(ranges: allocation.Ranges) -> experiments.Allocation:
    """Ranges of buckets as the contract declares them."""
    return experiments.Allocation(
        ranges=[experiments.BucketRange(limit=limit, variant=variant) for limit, variant in ranges]
    )


def to_ranges(allocated: experiments.Allocation) -> allocation.Ranges:
    """Ranges of buckets from the contract."""
    return tuple((part.limit, part.variant) for part in allocated.ranges)


def evolve(flags: Flags, event: Any) -> Flags:
    """The flags after an event."""
    key = event.draft.key if isinstance(event, experiments.FlagCreated | experiments.FlagEdited) else event.key
    before = flags.get(key)
    if before is None:
        return {**flags, key: Flag(event.draft)}
    return {**flags, key: replace(_changed(event, before), version=before.version + 1)}


def with_weights(draft: experiments.FlagDraft, weights: Mapping[str, int]) -> experiments.FlagDraft:
    """The draft with other weights."""
    variants = [_copy(variant, weight=weights[variant.key]) for variant in draft.variants]
    changed: experiments.FlagDraft = _copy(draft, variants=variants)
    return changed


def _specs(struct_type: Any) -> Any:
    return struct_type.thrift_spec.values()


def _copy(struct: Any, **changes: Any) -> Any:
    fields = {spec[1]: getattr(struct, spec[1]) for spec in _specs(type(struct))}
    return type(struct)(**{**fields, **changes})


@singledispatch
def _changed(event: Any, flag: Flag) -> Flag:
    raise TypeError(f"{type(event).__name__} is not an event of flags.")


@_changed.register
def _edited(event: experiments.FlagEdited, flag: Flag) -> Flag:
    return replace(flag, draft=event.draft)


@_changed.register
def _weights_set(event: experiments.WeightsSet, flag: Flag) -> Flag:
    added = (to_ranges(event.allocation),) if event.allocation else ()
    draft = with_weights(flag.draft, event.weights)
    return replace(flag, draft=draft, allocations=(*flag.allocations, *added))


@_changed.register
def _share_set(event: experiments.ShareSet, flag: Flag) -> Flag:
    enrolment = to_ranges(event.enrolment) if event.enrolment else flag.enrolment
    return replace(flag, draft=_copy(flag.draft, share=event.share), enrolment=enrolment)


@_changed.register
def _started(event: experiments.FlagStarted, flag: Flag) -> Flag:
    allocations = flag.allocations or (to_ranges(event.allocation),)
    return replace(flag, state=STATE.RUNNING, enrolment=to_ranges(event.enrolment), allocations=allocations)


@_changed.register
def _stopped(event: experiments.FlagStopped, flag: Flag) -> Flag:
    return replace(flag, state=STATE.STOPPED, shipped=None)


@_changed.register
def _shipped(event: experiments.FlagShipped, flag: Flag) -> Flag:
    return replace(flag, state=STATE.SHIPPED, shipped=event.variant)


@_changed.register
def _override_set(event: experiments.OverrideSet, flag: Flag) -> Flag:
    others = {id_: variant for id_, variant in flag.overrides.items() if id_ != event.id}
    return replace(flag, overrides=others | ({event.id: event.variant} if event.variant else {}))
