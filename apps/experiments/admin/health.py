"""The exposures of a flag on its page: a chart, and whether its visitors can be trusted to be comparable."""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from apps.experiments.charts import exposures as chart
from apps.experiments.service import exposures
from idl import experiments

if TYPE_CHECKING:
    from apps.experiments.statistics.splits import Split


class Health(NamedTuple):
    """The chart with its table, and each check: its name, its outcome in words, and its badge."""

    figure: SafeString
    table: SafeString
    checks: list[tuple[str, str, str]]


def of(flag: experiments.Flag) -> Health:
    """The exposures of a flag and the checks of them."""
    seen = exposures.get_seen(flag)
    drawn = chart.draw("Visitors who saw each variant", seen.days, seen.by_day)
    # The charts escape all texts.
    figure, table = mark_safe(drawn.svg), mark_safe(drawn.table)  # noqa: S308
    return Health(figure, table, _checks(seen))


def _checks(seen: exposures.Seen) -> list[tuple[str, str, str]]:
    # numpy and scipy are loaded by the first page that needs them.
    from apps.experiments.statistics import splits

    periods = [splits.Period(period.visitors, period.weights) for period in seen.periods]
    return checks(splits.check(periods, seen.multiple), has_visitors=any(period.visitors for period in seen.periods))


def checks(split: "Split", *, has_visitors: bool) -> list[tuple[str, str, str]]:
    """Each check of how visitors were divided: its name, its outcome in words, and its badge."""
    p_value = min(split.p_value, split.sequential_p_value)
    if not has_visitors:
        divided = ("No visitors yet.", "quiet")
    elif split.is_mismatch:
        divided = ("The variants have other shares of the visitors than planned: do not trust the results.", "bad")
    else:
        divided = (f"As planned (p = {p_value:.3f}).", "")
    share = f"{split.multiple:,} visitors ({100 * split.multiple_share:.1f} %) saw more than one variant"
    outcome, look = (f"{share}: too many.", "bad") if split.is_mixed else (f"{share}.", "")
    return [("Split", *divided), ("Several variants", f"{outcome} They are left out.", look)]
