"""The forms in which staff receive, count and write off goods, and look into the past."""

import uuid
from typing import Any

from django import forms

from apps.inventory import domain
from idl import common
from thriftshop import skus
from thriftshop.rpc import sku_case

MOST_LINES = 100


def _checked(sku: str) -> str:
    try:
        skus.check(sku, "sku")
    except common.InvalidInput as refusal:
        raise forms.ValidationError(refusal.message) from refusal
    return sku_case.canonical(sku)


class LineForm(forms.Form):
    """So many of one SKU."""

    sku = forms.CharField(
        label="SKU",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )
    quantity = forms.IntegerField(label="Quantity", min_value=1, max_value=domain.LARGEST_QUANTITY)

    def clean_sku(self) -> str:
        """The SKU in its one spelling. Refuses what cannot be one."""
        return _checked(self.cleaned_data["sku"])


class CountedLineForm(LineForm):
    """How many of one SKU were found; none, too."""

    quantity = forms.IntegerField(label="Counted", min_value=0, max_value=domain.LARGEST_QUANTITY)


class KeyedForm(forms.Form):
    """A form that, sent twice, is taken once: the hidden key makes sure of it."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=lambda: uuid.uuid4().hex)

    def renew(self) -> None:
        """Gives what was filled in another key: what is sent next is not what was refused."""
        self.data = {name: self.data[name] for name in self.data} | {"key": uuid.uuid4().hex}


class AboutForm(KeyedForm):
    """By what document goods came, and why where that is not plain."""

    reference = forms.CharField(
        label="Reference", required=False, max_length=200, help_text="The delivery note or other document."
    )
    reason = forms.CharField(label="Reason", required=False, max_length=500)


class CountForm(KeyedForm):
    """Why goods were counted."""

    reason = forms.CharField(
        label="Reason", max_length=500, help_text="Stays in the ledger permanently; explain it for an auditor."
    )


class WriteOffForm(CountForm):
    """Why goods were written off, and by what document."""

    reference = forms.CharField(label="Reference", required=False, max_length=200, help_text="The document, if any.")


class DistinctLines(forms.BaseFormSet):  # type: ignore[type-arg]
    """Lines of which each names another SKU."""

    def clean(self) -> None:
        """Refuses a SKU that stands twice, and an empty form."""
        named = [form.cleaned_data["sku"] for form in self.forms if form.is_valid() and form.cleaned_data]
        twice = {sku for sku in named if named.count(sku) > 1}
        if twice:
            raise forms.ValidationError(f"{', '.join(sorted(twice))}: name each SKU once.")
        if not named and all(form.is_valid() for form in self.forms):
            raise forms.ValidationError("Enter at least one line.")

    def lines(self) -> list[tuple[str, int]]:
        """The lines that were filled in."""
        return [(form.cleaned_data["sku"], form.cleaned_data["quantity"]) for form in self.forms if form.cleaned_data]


def line_forms(line: type[LineForm], data: Any, skus: list[str], blank: int) -> DistinctLines:
    """A line for each SKU that was chosen, and some blank ones."""
    made: Any = forms.formset_factory(
        line, formset=DistinctLines, extra=blank, max_num=MOST_LINES, absolute_max=MOST_LINES
    )
    lines: DistinctLines = made(data, initial=[{"sku": sku} for sku in skus], prefix="lines")
    for number, form in enumerate(lines.forms, start=1):
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} of line {number}"
    return lines


class PastForm(forms.Form):
    """Which SKUs, and when."""

    skus = forms.CharField(label="SKUs", help_text="One or more, separated by spaces or commas.", max_length=2000)
    at = forms.DateTimeField(
        label="Time",
        help_text="In the shop's time zone.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    )

    def clean_skus(self) -> list[str]:
        """The SKUs one by one. Refuses what cannot be one, and too many."""
        wanted = [_checked(sku) for sku in self.cleaned_data["skus"].replace(",", " ").split()]
        if len(wanted) > MOST_LINES:
            raise forms.ValidationError(f"Enter at most {MOST_LINES} SKUs.")
        return list(dict.fromkeys(wanted))
