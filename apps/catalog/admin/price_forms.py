"""The form fields for money and moments, and the form in which one price is set."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from apps.catalog.domain import prices as price_rules
from idl import catalog, common
from thriftshop import clock, money

TEXT = {"class": "vTextField", "autocomplete": "off"}
SHOP_TIME = "In the shop's own time zone"


def money_field(label: str, currency: str, **options: Any) -> forms.DecimalField:
    """A field for an amount of money in a currency, with the decimals that it has."""
    lowest, highest = (Decimal(money.decimal_text(one, currency)) for one in (1, price_rules.MAX_AMOUNT))
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
    """A field for an amount of money in a currency that the same form asks for (`clean_amount`)."""
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(label=label, max_digits=14, widget=widget, **options)


def clean_amount(form: forms.Form, name: str) -> int | None:
    """The amount of a field in minor units of the form's `currency`; None, with an error at the field, where it is none."""
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
    return forms.ChoiceField(label="Currency", choices=[(one, one) for one in settings.CURRENCIES])


def moment_field(label: str, help_text: str) -> forms.DateTimeField:
    """A field for a moment to come, which may be left out."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, required=False, widget=widget, input_formats=formats, help_text=help_text)


def moment_of(when: datetime.datetime | None) -> int | None:
    """A moment as typed, in milliseconds."""
    return None if when is None else clock.moment(when)


class TimedForm(forms.Form):
    """From when on a price holds, and until when."""

    valid_from = moment_field("From", f"{SHOP_TIME}; at once where left out.")
    valid_until = moment_field(
        "Until",
        f"{SHOP_TIME}, for a temporary price: afterwards the regular price applies. Left out, it is the regular one.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuses what ends before it begins, or has ended."""
        given: dict[str, Any] = self.cleaned_data
        now = clock.datetime_of(clock.now())
        begins, ends = given.get("valid_from"), given.get("valid_until")
        if begins is not None and begins < now:
            self.add_error("valid_from", "This time is in the past. Leave it out to set the price now.")
        if ends is not None and ends <= (begins or now):
            self.add_error("valid_until", "A temporary price must end after it starts.")
        return given


class ScheduleForm(TimedForm):
    """A regular price from a moment on, or a temporary one."""

    field_order = ("currency", "amount", "valid_from", "valid_until", "reason")
    currency = forms.ChoiceField(label="Currency")
    amount = amount_field("New price")
    reason = forms.CharField(label="Reason", max_length=200, required=False, widget=forms.TextInput(attrs=TEXT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"] = currency_field()

    def clean(self) -> dict[str, Any]:
        """Refuses an amount with decimals that its currency does not have."""
        given = super().clean()
        given["minor_units"] = clean_amount(self, "amount")
        return given

    def to_input(self, sku: str) -> catalog.PriceInput:
        """The price that the contract takes."""
        given = self.cleaned_data
        return catalog.PriceInput(
            sku=sku,
            money=common.Money(amount=given["minor_units"], currency=given["currency"]),
            valid_from=moment_of(given["valid_from"]),
            valid_until=moment_of(given["valid_until"]),
            reason=given["reason"] or None,
        )
