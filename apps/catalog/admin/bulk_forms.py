"""The forms in which staff change many products at once: new prices, a file."""

from typing import Any

from django import forms
from django.utils import timezone

from apps.catalog.admin.forms import TEXT, currency_field, moment_field
from apps.catalog.domain import prices as price_rules


class RepriceForm(forms.Form):
    """How the chosen products are to be priced anew."""

    kind = forms.ChoiceField(
        label="Change",
        choices=[("percent", "By per cent"), ("amount", "By an amount"), ("to", "To one price")],
    )
    value = forms.DecimalField(
        label="How much",
        max_digits=12,
        decimal_places=2,
        help_text="-10 lowers, 10 raises; for one price, that price.",
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    ending = forms.ChoiceField(
        label="Ending",
        choices=[("penny", "As it comes out"), ("whole", "Whole amounts: 12.00"), ("99", "In 99: 11.99")],
    )
    currency = forms.ChoiceField(label="Currency")
    valid_from = moment_field("From", "In the shop's own time zone; at once where left out.")
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        widget=forms.TextInput(attrs=TEXT),
        help_text="Stays in the price history.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"] = currency_field()

    def clean_valid_from(self) -> Any:
        """The moment. Refuses one that has gone by."""
        moment = self.cleaned_data["valid_from"]
        if moment is not None and moment < timezone.now():
            raise forms.ValidationError("That moment has gone by; leave it out to set the prices at once.")
        return moment

    def repricing(self) -> price_rules.Repricing:
        """The change of each price."""
        given = self.cleaned_data
        value = given["value"] if given["kind"] == "percent" else given["value"] * 100
        return price_rules.Repricing(given["kind"], value, given["ending"])


class ImportForm(forms.Form):
    """A file of products."""

    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX with a first row of column names; at least the SKU."
        " Nothing is changed before you have seen what would be.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
