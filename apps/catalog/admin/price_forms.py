"""The form fields for amounts and times, and the form that sets one price."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from apps.catalog.domain import prices as price_rules
from idl import catalog, common
from thriftshop import clock, money

TEXT = {"class": "vTextField", "autocomplete": "off"}
SHOP_TIME = "In the shop's time zone"


def money_field(label: str, currency: str, **options: Any) -> forms.DecimalField:
    """A field for an amount in a currency, with its number of decimals."""
    lowest, highest = (Decimal(money.decimal_text(amount, currency)) for amount in (1, price_rules.MAX_AMOUNT))
    widget = forms.NumberInput(attrs={"step": str(lowest), "min": str(lowest), "inputmode": "decimal"})
    return forms.DecimalField(
        label=label,
        min_value=lowest,
        max_value=highest,
        decimal_places=money.exponent(currency),
        widget=widget,
        **options,
    )


def amount_field(label: str, **options: Any) -> forms.DecimalField:
    """A field for an amount in the currency chosen in the same form; see `clean_amount`."""
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(label=label, max_digits=14, widget=widget, **options)


def clean_amount(form: forms.Form, name: str) -> int | None:
    """A field's amount in minor units of the form's `currency`. For an invalid amount, add an error and return None."""
    amount, currency = form.cleaned_data.get(name), form.cleaned_data.get("currency")
    if amount is None or currency is None:
        return None
    try:
        return money.parse(amount, currency)
    except money.InvalidAmount as problem:
        form.add_error(name, str(problem))
        return None


def currency_field() -> forms.ChoiceField:
    """A choice of the shop's currencies."""
    return forms.ChoiceField(label="Currency", choices=[(currency, currency) for currency in settings.CURRENCIES])


def moment_field(label: str, help_text: str) -> forms.DateTimeField:
    """An optional field for a time."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, required=False, widget=widget, input_formats=formats, help_text=help_text)


def moment_of(value: datetime.datetime | None) -> int | None:
    """A time in milliseconds."""
    return None if value is None else clock.moment(value)


class TimedForm(forms.Form):
    """The start and end of a price."""

    valid_from = moment_field("From", f"{SHOP_TIME}; now if empty.")
    valid_until = moment_field(
        "Until",
        f"{SHOP_TIME}, for a temporary price: afterwards the regular price applies. If empty, this is the regular price.",
    )

    def clean(self) -> dict[str, Any]:
        """Reject a start in the past, and an end before the start or in the past."""
        data: dict[str, Any] = self.cleaned_data
        now = clock.datetime_of(clock.now())
        starts_at, ends_at = data.get("valid_from"), data.get("valid_until")
        if starts_at is not None and starts_at < now:
            self.add_error("valid_from", "This time is in the past. Leave it out to set the price now.")
        if ends_at is not None and ends_at <= (starts_at or now):
            self.add_error("valid_until", "A temporary price must end after it starts.")
        return data


class ScheduleForm(TimedForm):
    """A regular or temporary price of a product."""

    field_order = ("currency", "amount", "valid_from", "valid_until", "reason")
    currency = forms.ChoiceField(label="Currency")
    amount = amount_field("New price")
    reason = forms.CharField(label="Reason", max_length=200, required=False, widget=forms.TextInput(attrs=TEXT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"] = currency_field()

    def clean(self) -> dict[str, Any]:
        """Reject an amount with more decimals than its currency has."""
        data = super().clean()
        data["minor_units"] = clean_amount(self, "amount")
        return data

    def to_input(self, sku: str) -> catalog.PriceInput:
        """The input for `set_prices`."""
        data = self.cleaned_data
        return catalog.PriceInput(
            sku=sku,
            money=common.Money(amount=data["minor_units"], currency=data["currency"]),
            valid_from=moment_of(data["valid_from"]),
            valid_until=moment_of(data["valid_until"]),
            reason=data["reason"] or None,
        )
