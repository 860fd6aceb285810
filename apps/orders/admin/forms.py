"""The forms in which staff cancel, send, take back and refund, and book money that belongs to no order."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from idl import common, orders

CENT = Decimal("0.01")


class KeyedForm(forms.Form):
    """A form that, sent twice, is taken once: the hidden key makes sure of it."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=lambda: uuid.uuid4().hex)


class ReasonForm(KeyedForm):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=500, help_text="The customer reads it.")


class TrackingForm(KeyedForm):
    """How the goods travel."""

    tracking = forms.CharField(
        label="Tracking number", max_length=100, required=False, help_text="The carrier's, if there is one."
    )


def amount_field(label: str, help_text: str, *, required: bool, lowest: Decimal | None = CENT) -> forms.DecimalField:
    """An amount of money in whole pounds and pence, or their like."""
    return forms.DecimalField(
        label=label, help_text=help_text, required=required, min_value=lowest, max_digits=14, decimal_places=2
    )


class ReturnForm(ReasonForm):
    """Why goods come back, where they go, and what is given back for them."""

    restock = forms.BooleanField(
        label="Put back on the shelf", required=False, initial=True, help_text="Only what can be sold again."
    )
    agreed = amount_field(
        "Agreed refund",
        "Leave empty to give the lines' price back; 0 for nothing.",
        required=False,
        lowest=Decimal(0),
    )


class RefundForm(ReasonForm):
    """How much is given back, and why."""

    amount = amount_field("Amount", "Never more than was taken and not given back yet.", required=True)


class BookingForm(KeyedForm):
    """Money that belongs to no order."""

    kind = forms.TypedChoiceField(
        label="What for",
        coerce=int,
        choices=[(value, name.capitalize()) for value, name in orders.ChargeKind._VALUES_TO_NAMES.items()],
        initial=orders.ChargeKind.MANUAL,
    )
    description = forms.CharField(label="What it says in the books", max_length=200)
    amount = amount_field("Amount", "Negative for a cost: -12.00.", required=True, lowest=None)
    currency = forms.ChoiceField(label="Currency", choices=lambda: [(code, code) for code in settings.CURRENCIES])
    reference = forms.CharField(label="Document", max_length=100, required=False)
    customer_id = forms.CharField(label="Customer's id", max_length=64, required=False)


def minor(amount: Decimal, currency: str) -> common.Money:
    """An amount as typed, in minor units."""
    return common.Money(amount=int(amount * 100), currency=currency)


class Quantities:
    """A number to type for each line of an order, up to what there is of it; all of it to begin with, or none."""

    def __init__(self, order: orders.Order, most: dict[int, int], data: Any, *, full: bool) -> None:
        self.order, self.most, self.data, self.full = order, most, data, full
        self.problems: dict[int, str] = {}

    def rows(self) -> list[dict[str, Any]]:
        """What the page shows for each line of which there is anything."""
        return [
            {
                "line": line,
                "name": f"line-{line.number}",
                "most": self.most[line.number],
                "value": self._typed(line.number),
                "problem": self.problems.get(line.number, ""),
            }
            for line in self.order.lines
            if self.most[line.number]
        ]

    def _typed(self, number: int) -> str:
        if self.data is not None:
            return str(self.data.get(f"line-{number}", "")).strip()[:10]
        return str(self.most[number] if self.full else 0)

    def lines(self) -> list[orders.LineQuantity] | None:
        """The lines of which some were typed; None where something typed is wrong, and `problems` says what."""
        found = []
        for row in self.rows():
            number, typed = row["line"].number, row["value"] or "0"
            if not (typed.isascii() and typed.isdigit() and int(typed) <= row["most"]):
                self.problems[number] = f"Type a whole number from 0 to {row['most']}."
            elif int(typed):
                found.append(orders.LineQuantity(number=number, quantity=int(typed)))
        return None if self.problems else found
