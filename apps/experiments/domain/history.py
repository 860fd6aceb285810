"""The changes of flags in words."""

from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from apps.experiments.domain.state import Flag
from idl import experiments

LABELS = {
    "title": "title",
    "description": "description",
    "variants": "variants",
    "default_variant": "default variant",
    "audience": "audience",
    "layer": "layer",
    "share": "share",
    "starts_at": "start",
    "ends_at": "end",
    "is_public": "use by clients",
    "plan": "plan",
}


@singledispatch
def summary(event: Any, before: Flag | None) -> str:
    """What an event changed of a flag."""
    raise TypeError(f"{type(event).__name__} is not an event of flags.")


@summary.register
def _created(event: experiments.FlagCreated, before: Flag | None) -> str:
    return f"Created with {', '.join(variant.key for variant in event.draft.variants)}"


@summary.register
def _edited(event: experiments.FlagEdited, before: Flag | None) -> str:
    changes = [
        f"{label}: {_text(name, getattr(before.draft, name))} → {_text(name, getattr(event.draft, name))}"
        for name, label in LABELS.items()
        if before and getattr(before.draft, name) != getattr(event.draft, name)
    ]
    return f"Edited {'; '.join(changes)}"


@summary.register
def _weights_set(event: experiments.WeightsSet, before: Flag | None) -> str:
    earlier = before.weights if before else {}
    changes = [
        f"{key} {earlier.get(key, 0)} → {weight}" for key, weight in event.weights.items() if weight != earlier.get(key)
    ]
    return f"Weights: {', '.join(changes)}"


@summary.register
def _share_set(event: experiments.ShareSet, before: Flag | None) -> str:
    return f"Share: {_percent(before.draft.share if before else 0)} → {_percent(event.share)} of visitors"


@summary.register
def _started(event: experiments.FlagStarted, before: Flag | None) -> str:
    return "Resumed" if before and before.was_started else "Started"


@summary.register
def _stopped(event: experiments.FlagStopped, before: Flag | None) -> str:
    return "Stopped"


@summary.register
def _shipped(event: experiments.FlagShipped, before: Flag | None) -> str:
    return f"Shipped {event.variant} to everyone"


@summary.register
def _override_set(event: experiments.OverrideSet, before: Flag | None) -> str:
    return f"Tester {event.id} gets {event.variant}" if event.variant else f"Tester {event.id} removed"


def _percent(share: int) -> str:
    return f"{share / 100:g} %"


def _text(name: str, value: Any) -> str:
    if value is None or value == "":
        return "none"
    if name == "share":
        return _percent(value)
    if name in ("starts_at", "ends_at"):
        return f"{datetime.fromtimestamp(value / 1000, UTC):%-d %b %Y %H:%M} UTC"
    if name == "variants":
        return ", ".join(f"{variant.key} {variant.weight} ({variant.value})" for variant in value)
    if name == "audience":
        return audience_text(value)
    if name == "plan":
        return plan_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”"


def audience_text(audience: experiments.Audience) -> str:
    """An audience in words."""
    parts = []
    if audience.signed_in is not None:
        parts.append("logged in" if audience.signed_in else "not logged in")
    if audience.is_new is not None:
        parts.append("new" if audience.is_new else "returning")
    if audience.countries:
        parts.append(f"in {', '.join(audience.countries)}")
    if audience.segments:
        parts.append(f"of {', '.join(audience.segments)}")
    return ", ".join(parts) or "everyone"


def plan_text(plan: experiments.Plan) -> str:
    """A plan in words."""
    goal = experiments.Goal._VALUES_TO_NAMES[plan.goal].lower()
    return f"{goal}, at least {plan.min_lift / 100:g} % better, {plan.visitors:,} visitors"
