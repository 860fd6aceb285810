"""The forms in which staff change many products at once: new prices, a file."""

from decimal import Decimal
from typing import Any

from django import forms

from apps.catalog.admin.price_forms import TEXT, TimedForm, clean_amount, currency_field
from apps.catalog.domain.repricing import Repricing
from thriftshop import money


class RepriceForm(TimedForm):
    """How the selected products are re-priced."""

    field_order = ("kind", "value", "ending", "currency", "valid_from", "valid_until", "reason")

    kind = forms.ChoiceField(
        label="Change",
        choices=[("percent", "By per cent"), ("amount", "By an amount"), ("to", "To one price")],
    )
    value = forms.DecimalField(
        label="How much",
        max_digits=14,
        help_text="-10 lowers, 10 raises; for one price, that price.",
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    ending = forms.ChoiceField(
        label="Ending",
        choices=[("penny", "As it comes out"), ("whole", "Whole amounts: 12.00"), ("99", "In 99: 11.99")],
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
        """Refuses an amount with decimals that its currency does not have."""
        given = super().clean()
        if given.get("kind") != "percent":
            given["minor_units"] = clean_amount(self, "value")
        return given

    def repricing(self) -> Repricing:
        """The change of each price."""
        given = self.cleaned_data
        value = given["value"] if given["kind"] == "percent" else Decimal(given["minor_units"])
        return Repricing(given["kind"], value, given["ending"], money.exponent(given["currency"]))


class ImportForm(forms.Form):
    """A file of products."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX with a first row of column names; at least the SKU."
        " Nothing is changed before you have seen what would be.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    decimal = forms.ChoiceField(
        label="Decimal sign",
        required=False,
        choices=[("", "As the file's amounts show"), ("point", "Point: 1,234.50"), ("comma", "Comma: 1.234,50")],
        help_text="Matters only where amounts such as 1.234 could be read in two ways.",
    )
