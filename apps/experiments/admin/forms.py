"""The forms of flags: one for what a flag is, and one for each thing that is done with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from apps.experiments.domain import validation
from idl import experiments
from thriftshop import clock

GOALS = [(number, name.capitalize()) for number, name in experiments.Goal._VALUES_TO_NAMES.items()]
# What is planned where only the goal is chosen.
DEFAULT_LIFT, DEFAULT_VISITORS = 5, 20_000
MOMENT = "%Y-%m-%dT%H:%M"
EITHER = [("", "Everyone"), ("yes", "Yes"), ("no", "No")]
CODE = {"autocomplete": "off", "spellcheck": "false"}


def _moment_field(label: str, help_text: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget, input_formats=[MOMENT])


def _percent_field(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=help_text, min_value=0, max_value=100, decimal_places=2)


class FlagForm(forms.Form):
    """What a flag is, without its variants."""

    key = forms.CharField(
        label="Key",
        max_length=40,
        help_text="What the code names it: a-z 0-9 - _. It is never used again.",
        widget=forms.TextInput(attrs=CODE),
    )
    title = forms.CharField(label="Title", max_length=validation.MAX_TITLE)
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=validation.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it exists, and what is expected of it.",
    )
    default_variant = forms.CharField(
        label="Default variant",
        max_length=20,
        help_text="For everyone who gets no other.",
        widget=forms.TextInput(attrs=CODE),
    )
    share = _percent_field("Share of visitors, in %", "The others get the default. Once started, it can only grow.")
    layer = forms.CharField(
        label="Layer",
        required=False,
        max_length=40,
        help_text="A visitor is in at most one running flag of a layer.",
        widget=forms.TextInput(attrs=CODE),
    )
    signed_in = forms.ChoiceField(label="Only logged in", choices=EITHER, required=False)
    is_new = forms.ChoiceField(
        label="Only new",
        choices=EITHER,
        required=False,
        help_text="New: without an account, or with one for fewer than 30 days.",
    )
    countries = forms.CharField(label="Only these countries", required=False, help_text="Two letters each: GB DE.")
    segments = forms.CharField(
        label="Only these segments",
        required=False,
        help_text="Of customers: champions loyal recent needs-attention at-risk lost. Other clients may name others.",
    )
    starts_at = _moment_field("Start", "No effect before. In the shop's time zone.")
    ends_at = _moment_field("End", "No effect from then on.")
    is_public = forms.BooleanField(
        label="Open to clients", required=False, help_text="Clients may evaluate it by OpenFeature's protocol."
    )
    goal = forms.TypedChoiceField(
        label="Goal",
        choices=[("", "None: it is no experiment"), *GOALS],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="What the variants are judged by. Fixed once started, as are the next two.",
    )
    min_lift = forms.DecimalField(
        label="Least improvement, in %",
        min_value=0,
        max_value=validation.MAX_LIFT // 100,
        decimal_places=2,
        required=False,
        help_text="Less is not worth shipping.",
    )
    visitors = forms.IntegerField(
        label="Planned visitors",
        min_value=validation.MIN_VISITORS,
        max_value=validation.MAX_VISITORS,
        required=False,
        help_text="Of all variants. The page of the results calculates how many are needed.",
    )

    FIXED = ("key", "default_variant", "share", "layer", "goal", "min_lift", "visitors")

    def fix(self, names: Sequence[str]) -> None:
        """Make fields read-only; their initial values are used."""
        for name in names:
            self.fields[name].disabled = True

    def draft(self, variants: Sequence[experiments.Variant]) -> experiments.FlagDraft:
        """The flag that was entered, with these variants."""
        entered = self.cleaned_data
        return experiments.FlagDraft(
            key=entered["key"].strip(),
            title=entered["title"],
            description=entered["description"],
            variants=list(variants),
            default_variant=entered["default_variant"].strip(),
            audience=experiments.Audience(
                signed_in=_choice(entered["signed_in"]),
                countries=_words(entered["countries"].upper()),
                is_new=_choice(entered["is_new"]),
                segments=_words(entered["segments"]),
            ),
            layer=entered["layer"].strip() or None,
            share=int(entered["share"] * 100),
            starts_at=_milliseconds(entered["starts_at"]),
            ends_at=_milliseconds(entered["ends_at"]),
            is_public=entered["is_public"],
            plan=self._plan(),
        )

    def _plan(self) -> experiments.Plan | None:
        entered = self.cleaned_data
        if entered["goal"] is None:
            return None
        return experiments.Plan(
            goal=entered["goal"],
            min_lift=int((entered["min_lift"] or DEFAULT_LIFT) * 100),
            visitors=entered["visitors"] or DEFAULT_VISITORS,
        )


class VariantForm(forms.Form):
    """A variant."""

    key = forms.CharField(label="Key", max_length=20, widget=forms.TextInput(attrs=CODE))
    weight = forms.IntegerField(label="Weight", min_value=0, max_value=validation.MAX_WEIGHT)
    value = forms.CharField(
        label="Value (JSON)",
        max_length=validation.MAX_VALUE,
        widget=forms.TextInput(attrs={**CODE, "class": "ts-code"}),
    )
    description = forms.CharField(label="Description", max_length=200, required=False)

    def variant(self) -> experiments.Variant:
        """The variant that was entered."""
        entered = self.cleaned_data
        return experiments.Variant(
            key=entered["key"],
            weight=entered["weight"],
            value=entered["value"],
            description=entered["description"] or None,
        )


def variant_forms(data: Any, initial: Sequence[dict[str, Any]] = ()) -> Any:
    """A row for each variant, and blank ones."""
    formset = forms.formset_factory(
        VariantForm, extra=2 if initial else 3, max_num=validation.MAX_VARIANTS, absolute_max=validation.MAX_VARIANTS
    )
    rows = formset(data, initial=list(initial), prefix="variants")
    for number, row in enumerate(rows.forms, start=1):
        for field in row.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} of variant {number}"
    return rows


def initial_of(flag: experiments.Flag) -> dict[str, Any]:
    """What the form of a flag shows."""
    audience = flag.audience
    names = ("key", "title", "description", "default_variant", "is_public")
    return {name: getattr(flag, name) for name in names} | {
        "share": f"{flag.share / 100:g}",
        "layer": flag.layer or "",
        "signed_in": _answer(audience.signed_in),
        "is_new": _answer(audience.is_new),
        "countries": " ".join(audience.countries or ()),
        "segments": " ".join(audience.segments or ()),
        "starts_at": None if flag.starts_at is None else clock.datetime_of(flag.starts_at),
        "ends_at": None if flag.ends_at is None else clock.datetime_of(flag.ends_at),
        **_plan_of(flag.plan),
    }


def _plan_of(plan: experiments.Plan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {"goal": plan.goal, "min_lift": f"{plan.min_lift / 100:g}", "visitors": plan.visitors}


class ReasonForm(forms.Form):
    """The reason for a change, for its history."""

    reason = forms.CharField(label="Reason", max_length=500)


class DecisionForm(ReasonForm):
    """A decision about a flag as it was shown: of another version it is refused."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, flag: experiments.Flag, data: Any = None) -> None:
        super().__init__(data, initial={"version": flag.version})


class ShareForm(ReasonForm):
    """A share of visitors."""

    share = _percent_field("Share of visitors, in %", "")
    field_order = ("share", "reason")


class ShipForm(DecisionForm):
    """A variant to ship."""

    variant = forms.CharField(label="Variant", max_length=20)
    field_order = ("variant", "reason")


class WeightsForm(ReasonForm):
    """A weight for each variant."""

    def __init__(self, flag: experiments.Flag, data: Any = None) -> None:
        super().__init__(data)
        for variant in flag.variants:
            self.fields[f"weight-{variant.key}"] = forms.IntegerField(
                label=f"Weight of {variant.key}", min_value=0, max_value=validation.MAX_WEIGHT, initial=variant.weight
            )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def weights(self) -> dict[str, int]:
        """The weights by variant."""
        return {name.removeprefix("weight-"): weight for name, weight in self.cleaned_data.items() if name != "reason"}


class TesterForm(forms.Form):
    """A tester and their variant; empty to remove them."""

    id = forms.CharField(label="Id of a visitor or a customer", max_length=64, widget=forms.TextInput(attrs=CODE))
    variant = forms.CharField(label="Variant", max_length=20, required=False)


def _choice(answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(answer)


def _answer(choice: bool | None) -> str:
    return "" if choice is None else "yes" if choice else "no"


def _words(text: str) -> list[str] | None:
    return text.replace(",", " ").split() or None


def _milliseconds(entered: datetime | None) -> int | None:
    return None if entered is None else clock.moment(entered)
