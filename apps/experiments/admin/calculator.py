"""How many visitors and days an experiment will need, before it starts."""

from typing import Any

from django import forms

from idl import experiments


class CalculatorForm(forms.Form):
    """What the calculation rests on."""

    rate = forms.FloatField(label="Visitors who order today, in %", min_value=0.01, max_value=99, initial=2)
    lift = forms.FloatField(label="Least improvement worth having, in %", min_value=0.1, max_value=1_000, initial=10)
    daily = forms.IntegerField(label="Visitors a day", min_value=1, max_value=100_000_000, initial=1_000)


def requirement(flag: experiments.Flag, form: CalculatorForm) -> list[str] | None:
    """What a flag needs: visitors and days at most with a look every day, then for a single look at the end.

    None if that cannot be calculated from what was entered.
    """
    from apps.experiments.service import plans
    from apps.experiments.statistics import power

    weights = plans.weights_of(flag, [])
    if not form.is_valid() or len(weights) < 2:
        return None
    entered = form.cleaned_data
    terms: dict[str, Any] = {"comparisons": len(weights) - 1, "visitors_a_day": entered["daily"]}
    design = power.design_of_rate(entered["rate"] / 100, entered["lift"] / 100, weights, **terms)
    every, single = power.sequence(design), power.fixed_horizon(design)
    return [f"{value:,}" for value in (every.visitors, every.days, single.visitors, single.days)]
