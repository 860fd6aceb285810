"""Flags as staff change them, and as gateways read them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apps.experiments import domain
from idl import common, experiments
from thriftshop import call_context, clock, events, identity

# One stream for all flags: keys are unique, and layers exclusive, without exception.
STREAM = "flags"
flags: events.Decider[domain.Flags] = events.Decider("experiments", domain.NO_FLAGS, domain.evolve)


def get_flags() -> list[experiments.Flag]:
    """All flags."""
    return [flag.to_struct() for flag in flags.load(STREAM)[0].values()]


def create_flag(draft: experiments.FlagDraft) -> experiments.Flag:
    """Create a flag. Raises InvalidInput, Forbidden, Conflict."""
    return _change(draft.key, lambda state, at: domain.create(state, draft, at))


def edit_flag(draft: experiments.FlagDraft) -> experiments.Flag:
    """Edit a flag. Raises InvalidInput, Forbidden, Conflict, NotFound, as do the functions below."""
    return _change(draft.key, lambda state, at: domain.edit(state, draft, at))


def set_weights(flag: str, weights: Mapping[str, int], reason: str) -> experiments.Flag:
    """Set the weights of all variants."""
    return _change(flag, lambda state, at: domain.set_weights(state, flag, weights, reason, at))


def set_share(flag: str, share: int, reason: str) -> experiments.Flag:
    """Set the share of visitors who are in a flag."""
    return _change(flag, lambda state, at: domain.set_share(state, flag, share, reason, at))


def start_flag(flag: str) -> experiments.Flag:
    """Start a flag, or resume one that was stopped."""
    return _change(flag, lambda state, at: domain.start(state, flag, at))


def stop_flag(flag: str, reason: str, version: int | None = None) -> experiments.Flag:
    """Stop a flag."""
    return _change(flag, lambda state, at: domain.stop(state, flag, reason, at, version))


def ship_variant(flag: str, variant: str, reason: str, version: int | None = None) -> experiments.Flag:
    """Ship a variant to everyone."""
    return _change(flag, lambda state, at: domain.ship(state, flag, variant, reason, at, version))


def set_override(flag: str, id: str, variant: str | None = None) -> experiments.Flag:
    """Set a tester's variant, or remove it."""
    return _change(flag, lambda state, at: domain.set_override(state, flag, id, variant, at))


def get_history(flag: str) -> list[experiments.FlagChange]:
    """The changes of a flag, newest first. Raises NotFound, Forbidden."""
    identity.require_staff()
    changes, state = [], domain.NO_FLAGS
    for record in flags.history(STREAM):
        before, state = state, domain.evolve(state, record.event)
        if before.get(flag) is not state.get(flag):
            changes.append(_change_of(record, before.get(flag)))
    domain.find(state, flag)
    return changes[::-1]


def end_flags() -> int:
    """Stop the flags whose end has passed; returns their number."""
    now = clock.now()
    with call_context.using(caller="experiments"):
        return len(flags.decide(STREAM, lambda state: domain.end(state, now)).recorded)


def _change_of(record: events.Recorded, before: domain.Flag | None) -> experiments.FlagChange:
    return experiments.FlagChange(
        kind=record.kind,
        summary=domain.summary(record.event, before),
        reason=getattr(record.event, "reason", None),
        actor=record.actor,
        at=record.occurred_at,
    )


def _change(key: str, command: Callable[[domain.Flags, int], Sequence[Any]]) -> experiments.Flag:
    identity.require_staff()
    at = call_context.happened_at()
    try:
        decided = flags.decide(STREAM, lambda state: command(state, at))
    except events.Conflict as conflict:
        raise common.Conflict(message="The flags are being changed by others. Try again.") from conflict
    return decided.state[key].to_struct()
