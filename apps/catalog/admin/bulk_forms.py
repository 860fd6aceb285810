"""The forms to change many products: re-pricing and import."""

from decimal import Decimal
from typing import Any

from django import forms

from apps.catalog.admin.price_forms import TEXT, TimedForm, clean_amount, currency_field
from apps.catalog.domain.repricing import Repricing
from thriftshop import money


class RepriceForm(TimedForm):
    """The change of the selected products' prices."""

    field_order = ("kind", "value", "ending", "currency", "valid_from", "valid_until", "reason")

    kind = forms.ChoiceField(
        label="Change",
        choices=[("percent", "By per cent"), ("amount", "By an amount"), ("to", "To one price")],
    )
    value = forms.DecimalField(
        label="How much",
        max_digits=14,
        help_text="-10 lowers, 10 raises; for one price, the price itself.",
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    ending = forms.ChoiceField(
        label="Ending",
        choices=[("penny", "As calculated"), ("whole", "Whole amounts: 12.00"), ("99", "In 99: 11.99")],
    )
    currency = forms.ChoiceField(label="Currency")
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        widget=forms.TextInput(attrs=TEXT),
        help_text="Stays in the price history.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"] = currency_field()

    def clean(self) -> dict[str, Any]:
        """Reject an amount with more decimals than its currency has."""
        data = super().clean()
        if data.get("kind") != "percent":
            data["minor_units"] = clean_amount(self, "value")
        return data

    def repricing(self) -> Repricing:
        """The change of each price."""
        data = self.cleaned_data
        value = data["value"] if data["kind"] == "percent" else Decimal(data["minor_units"])
        return Repricing(data["kind"], value, data["ending"], money.exponent(data["currency"]))


class ImportForm(forms.Form):
    """A file of products."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX with a first row of column names; at least the SKU."
        " You will see a preview before anything is changed.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    decimal = forms.ChoiceField(
        label="Decimal sign",
        required=False,
        choices=[("", "As the file's amounts show"), ("point", "Point: 1,234.50"), ("comma", "Comma: 1.234,50")],
        help_text="Only needed if amounts such as 1.234 are ambiguous.",
    )
