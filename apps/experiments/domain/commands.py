"""The commands on flags: each returns the events that it causes, or raises a refusal."""

from collections.abc import Mapping
from typing import Any

from apps.experiments.domain import allocation, validation
from apps.experiments.domain.state import STATE, Flag, Flags, to_allocation
from idl import common, experiments

DRAFTED = ("variants", "default_variant", "layer", "share", "plan")


def find(flags: Flags, key: str) -> Flag:
    """The flag of this key. Raises NotFound."""
    flag = flags.get(key)
    if flag is None:
        raise common.NotFound(message=f"There is no flag {key[:40]!r}.", kind="flag", id=key[:40])
    return flag


def create(flags: Flags, draft: experiments.FlagDraft, at: int) -> list[Any]:
    """Create a flag. Raises InvalidInput, Conflict."""
    validation.check_draft(draft)
    if draft.key in flags:
        if flags[draft.key].draft == draft:
            return []
        raise common.Conflict(message=f"There is a flag {draft.key} already. Keys are never used again.")
    if len(flags) >= validation.MAX_FLAGS:
        raise common.Conflict(message=f"There are {validation.MAX_FLAGS} flags, which is the maximum.")
    return [experiments.FlagCreated(draft=draft, at=at)]


def edit(flags: Flags, draft: experiments.FlagDraft, at: int) -> list[Any]:
    """Edit a flag; of one that was started, only what leaves its visitors' variants as they are."""
    flag = find(flags, draft.key)
    validation.check_draft(draft)
    if flag.was_started and any(getattr(flag.draft, name) != getattr(draft, name) for name in DRAFTED):
        message = "Variants, layer, share and plan are fixed once a flag was started. Set weights or share, or create another."
        raise common.Conflict(message=message)
    return [] if draft == flag.draft else [experiments.FlagEdited(draft=draft, at=at)]


def set_weights(flags: Flags, key: str, weights: Mapping[str, int], reason: str, at: int) -> list[Any]:
    """Set the weights of all variants. Visitors keep the variant that they have seen."""
    flag = find(flags, key)
    validation.check_weights(weights, list(flag.weights))
    validation.check_reason(reason)
    if weights == flag.weights:
        return []
    if flag.state == STATE.SHIPPED:
        raise common.Conflict(message=f"{flag.shipped} was shipped to everyone: the weights have no effect.")
    if len(flag.allocations) >= validation.MAX_ALLOCATIONS:
        message = (
            f"The weights were changed {validation.MAX_ALLOCATIONS} times, which is the maximum. Create another flag."
        )
        raise common.Conflict(message=message)
    allocated = to_allocation(allocation.allocate(weights, flag.allocations[-1])) if flag.was_started else None
    return [experiments.WeightsSet(key=key, weights=dict(weights), reason=reason, at=at, allocation=allocated)]


def set_share(flags: Flags, key: str, share: int, reason: str, at: int) -> list[Any]:
    """Set the share of visitors who are in a flag; of one that was started it can only grow."""
    flag = find(flags, key)
    validation.check_share(share)
    validation.check_reason(reason)
    if share == flag.draft.share:
        return []
    if flag.was_started and share < flag.draft.share:
        message = "The share can only grow once a flag was started: visitors who are in it stay in it. Stop it instead."
        raise common.Conflict(message=message)
    enrolment = to_allocation(_enrolment(flags, flag, share)) if flag.was_started else None
    return [experiments.ShareSet(key=key, share=share, reason=reason, at=at, enrolment=enrolment)]


def start(flags: Flags, key: str, at: int) -> list[Any]:
    """Start a flag, or resume one that was stopped, with the same visitors in the same variants."""
    flag = find(flags, key)
    if flag.state == STATE.RUNNING:
        return []
    if flag.state == STATE.SHIPPED:
        raise common.Conflict(
            message=f"{flag.shipped} was shipped to everyone. Stop the flag before starting it again."
        )
    if flag.draft.ends_at is not None and flag.draft.ends_at <= at:
        raise validation.invalid("ends_at", "The end of this flag has passed. Edit it first.")
    enrolment = _enrolment(flags, flag, flag.draft.share)
    allocated = flag.allocations[-1] if flag.was_started else allocation.allocate(flag.weights)
    started = experiments.FlagStarted(
        key=key, at=at, enrolment=to_allocation(enrolment), allocation=to_allocation(allocated)
    )
    return [started]


def stop(flags: Flags, key: str, reason: str, at: int, version: int | None = None) -> list[Any]:
    """Stop a flag: everyone gets the default variant."""
    flag = find(flags, key)
    validation.check_reason(reason)
    _check_version(flag, version)
    if flag.state in (STATE.DRAFT, STATE.STOPPED):
        return []
    return [experiments.FlagStopped(key=key, reason=reason, at=at)]


def ship(flags: Flags, key: str, variant: str, reason: str, at: int, version: int | None = None) -> list[Any]:
    """Ship a variant to everyone."""
    flag = find(flags, key)
    validation.check_reason(reason)
    _check_variant(flag, variant)
    _check_version(flag, version)
    if flag.shipped == variant:
        return []
    return [experiments.FlagShipped(key=key, variant=variant, reason=reason, at=at)]


def set_override(flags: Flags, key: str, id_: str, variant: str | None, at: int) -> list[Any]:
    """Set a tester's variant, or remove it."""
    flag = find(flags, key)
    validation.check_visitor(id_, "id")
    if variant is not None:
        _check_variant(flag, variant)
    if flag.overrides.get(id_) == variant:
        return []
    if variant is not None and len(flag.overrides) >= validation.MAX_OVERRIDES:
        raise common.Conflict(message=f"There are {validation.MAX_OVERRIDES:,} testers, which is the maximum.")
    return [experiments.OverrideSet(key=key, id=id_, variant=variant, at=at)]


def end(flags: Flags, at: int) -> list[Any]:
    """Stop the flags whose end has passed, so that others get their part of a layer."""
    ended = [
        flag
        for flag in flags.values()
        if flag.state == STATE.RUNNING and flag.draft.ends_at is not None and flag.draft.ends_at <= at
    ]
    return [experiments.FlagStopped(key=flag.key, reason="Its end has passed.", at=at) for flag in ended]


def _check_version(flag: Flag, version: int | None) -> None:
    """Raise InvalidInput if the caller decided on another version of the flag."""
    if version is not None and version != flag.version:
        message = f"{flag.key} was changed meanwhile. Look at it as it is now, and decide again."
        raise validation.invalid("version", message)


def _check_variant(flag: Flag, variant: str) -> None:
    if variant not in flag.weights:
        raise validation.invalid("variant", f"{flag.key} has no variant {variant[:20]!r}: {', '.join(flag.weights)}.")


def _enrolment(flags: Flags, flag: Flag, share: int) -> allocation.Ranges:
    """The buckets of a flag of this share; those that it had stay, and those of others in its layer are left alone."""
    taken = _taken(flags, flag)
    enrolment = allocation.enrol(share, flag.enrolment, taken)
    if enrolment is None or allocation.enrolled(enrolment) & taken:
        free = allocation.BUCKETS - len(taken)
        message = (
            f"The layer {flag.draft.layer} has no room for {share / 100:g} % of the visitors: {free / 100:g} % are in no"
            " other running flag, or the visitors of this one are in another by now."
        )
        raise common.Conflict(message=message)
    return enrolment


def _taken(flags: Flags, flag: Flag) -> set[int]:
    """The buckets of the other running flags in the same layer."""
    if flag.draft.layer is None:
        return set()
    others = [other for other in flags.values() if other.draft.layer == flag.draft.layer and other.key != flag.key]
    running = [other for other in others if other.state == STATE.RUNNING]
    return {bucket for other in running for bucket in allocation.enrolled(other.enrolment)}
