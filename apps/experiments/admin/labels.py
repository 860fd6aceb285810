"""How flags are shown: states as badges, shares as percentages, variants as parts of a bar."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from idl import experiments
from thriftshop import clock
from thriftshop.desk import people

STATE = experiments.FlagState
STYLES = {STATE.DRAFT: "quiet", STATE.RUNNING: "", STATE.STOPPED: "bad", STATE.SHIPPED: "warn"}


class Part(NamedTuple):
    """A variant: its share of the weights and of the visitors who saw one, and where it is in a bar of 100."""

    number: int
    variant: experiments.Variant
    is_default: bool
    is_shipped: bool
    percent: float
    begins: float
    seen: int
    seen_percent: float


def state(flag: experiments.Flag, now: int) -> SafeString:
    """The state as a badge; a flag that runs may wait for its start, or have ended."""
    name = STATE._VALUES_TO_NAMES[flag.state].capitalize()
    style = STYLES[flag.state]
    if flag.state == STATE.RUNNING and flag.starts_at and flag.starts_at > now:
        name, style = "Scheduled", "warn"
    if flag.state == STATE.RUNNING and flag.ends_at and flag.ends_at <= now:
        name, style = "Ended", "quiet"
    return format_html('<span class="ts-badge {}">{}</span>', style, name)


def percent(share: float) -> str:
    """A share of 10,000 as a percentage."""
    return f"{share / 100:g} %"


def moment(milliseconds: int | None) -> str:
    """A time in the shop's time zone."""
    return "-" if milliseconds is None else f"{timezone.localtime(clock.datetime_of(milliseconds)):%-d %b %Y %H:%M}"


def parts(flag: experiments.Flag, seen: Mapping[str, int]) -> Sequence[Part]:
    """The variants of a flag with their shares."""
    weights, total_seen = sum(variant.weight for variant in flag.variants), sum(seen.values())
    found, begins = [], 0.0
    for number, variant in enumerate(flag.variants, start=1):
        share = 100 * variant.weight / weights
        count = seen.get(variant.key, 0)
        found.append(
            Part(
                number,
                variant,
                variant.key == flag.default_variant,
                variant.key == flag.shipped,
                round(share, 2),
                begins,
                count,
                round(100 * count / total_seen, 2) if total_seen else 0.0,
            )
        )
        begins += share
    return found


def history(changes: Sequence[experiments.FlagChange]) -> list[tuple[experiments.FlagChange, str, str]]:
    """Changes with their time and the name of who made them."""
    names = people.names(change.actor for change in changes)
    return [(change, moment(change.at), names.get(change.actor, change.actor)) for change in changes]
