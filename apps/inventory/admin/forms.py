"""The forms to receive, count and write off goods, and to look up past levels."""

import uuid
from typing import Any

from django import forms

from apps.inventory import domain
from idl import common
from thriftshop import skus
from thriftshop.rpc import sku_case

MAX_LINES = 100


def _checked(sku: str) -> str:
    try:
        skus.check(sku, "sku")
    except common.InvalidInput as refusal:
        raise forms.ValidationError(refusal.message) from refusal
    return sku_case.canonical(sku)


class LineForm(forms.Form):
    """A quantity of one SKU."""

    sku = forms.CharField(
        label="SKU",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )
    quantity = forms.IntegerField(label="Quantity", min_value=1, max_value=domain.MAX_QUANTITY)

    def clean_sku(self) -> str:
        """The normalised SKU."""
        return _checked(self.cleaned_data["sku"])


class CountedLineForm(LineForm):
    """The counted quantity of one SKU, which may be 0."""

    quantity = forms.IntegerField(label="Counted", min_value=0, max_value=domain.MAX_QUANTITY)


class KeyedForm(forms.Form):
    """A form with a hidden idempotency key: submitted twice, it has one effect."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=lambda: uuid.uuid4().hex)

    def renew(self) -> None:
        """Replace the key, after the form was refused: the next submission is another command."""
        self.data = {name: self.data[name] for name in self.data} | {"key": uuid.uuid4().hex}


class AboutForm(KeyedForm):
    """The document of a delivery, and an optional reason."""

    reference = forms.CharField(
        label="Reference", required=False, max_length=200, help_text="The delivery note or other document."
    )
    reason = forms.CharField(label="Reason", required=False, max_length=500)


class CountForm(KeyedForm):
    """The reason for a count."""

    reason = forms.CharField(
        label="Reason", max_length=500, help_text="Stays in the ledger permanently; explain it for an auditor."
    )


class WriteOffForm(CountForm):
    """The reason for a write-off, and an optional document."""

    reference = forms.CharField(label="Reference", required=False, max_length=200, help_text="The document, if any.")


class DistinctLines(forms.BaseFormSet):  # type: ignore[type-arg]
    """Lines with different SKUs."""

    def clean(self) -> None:
        """Require at least one line, and each SKU at most once."""
        skus = [form.cleaned_data["sku"] for form in self.forms if form.is_valid() and form.cleaned_data]
        repeated = {sku for sku in skus if skus.count(sku) > 1}
        if repeated:
            raise forms.ValidationError(f"{', '.join(sorted(repeated))}: enter each SKU once.")
        if not skus and all(form.is_valid() for form in self.forms):
            raise forms.ValidationError("Enter at least one line.")

    def lines(self) -> list[tuple[str, int]]:
        """The lines that were filled in."""
        return [(form.cleaned_data["sku"], form.cleaned_data["quantity"]) for form in self.forms if form.cleaned_data]


def line_forms(line: type[LineForm], data: Any, skus: list[str], blank: int) -> DistinctLines:
    """A line for each selected SKU, and some blank ones."""
    formset: Any = forms.formset_factory(
        line, formset=DistinctLines, extra=blank, max_num=MAX_LINES, absolute_max=MAX_LINES
    )
    lines: DistinctLines = formset(data, initial=[{"sku": sku} for sku in skus], prefix="lines")
    for number, form in enumerate(lines.forms, start=1):
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} of line {number}"
    return lines


class PastForm(forms.Form):
    """SKUs and a past time."""

    skus = forms.CharField(label="SKUs", help_text="One or more, separated by spaces or commas.", max_length=2000)
    at = forms.DateTimeField(
        label="Time",
        help_text="In the shop's time zone.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    )

    def clean_skus(self) -> list[str]:
        """The normalised SKUs, each once."""
        entered = [_checked(sku) for sku in self.cleaned_data["skus"].replace(",", " ").split()]
        if len(entered) > MAX_LINES:
            raise forms.ValidationError(f"Enter at most {MAX_LINES} SKUs.")
        return list(dict.fromkeys(entered))
