"""The forms in which staff cancel, send, take back and refund, and book money that belongs to no order.

What an order allows is decided by the order alone, when the form is sent: a form that was taken already is then known by
its key, whatever became of the order since.
"""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from apps.orders.domain import amounts, asking, states
from apps.orders.domain.order import State
from apps.orders.domain.placing import shown
from idl import common, orders
from thriftshop import money

# A request holds a thousand fields: of an order with more lines than these the first are asked for, or all at once.
MOST_LINES = 900


class KeyedForm(forms.Form):
    """A form that, sent twice, is taken once: the hidden key makes sure of it."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=lambda: uuid.uuid4().hex)


class VerbForm(KeyedForm):
    """What is asked of one order."""

    def __init__(self, data: Any, state: State) -> None:
        super().__init__(data)
        self.state = state

    def rows(self) -> list[dict[str, Any]]:
        """The lines of which a number is typed: none, unless a form has some."""
        return []

    def others(self) -> list[forms.BoundField]:
        """The fields beside the lines."""
        return [field for field in self.visible_fields() if not field.name.startswith("line-")]

    def lines(self) -> list[orders.LineQuantity]:
        """The lines of which some were typed."""
        return []


class ReasonForm(VerbForm):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=500, help_text="The customer reads it.")


class LinesForm(VerbForm):
    """A number for each line of an order of which there is any: all of it to begin with where `full`, or none."""

    full = False
    shows_refunds = False

    def __init__(self, data: Any, state: State) -> None:
        super().__init__(data, state)
        numbers = range(1, len(state.lines) + 1)
        self.most = {number: self.available(number) for number in numbers}
        sent = data or {}
        self.offered = [number for number in numbers if self.most[number] or f"line-{number}" in sent][:MOST_LINES]
        for number in self.offered:
            self.fields[f"line-{number}"] = self._field(number)
        self.left_out = sum(1 for most in self.most.values() if most) - len(self.offered)
        if self.left_out > 0 or "everything" in sent:
            self.fields["everything"] = forms.BooleanField(
                label="All lines, all of each", required=False, help_text="Whatever is typed for single lines."
            )

    def available(self, number: int) -> int:
        """Of how many pieces of a line this can be asked."""
        raise NotImplementedError

    def _field(self, number: int) -> forms.IntegerField:
        label = f"How many of line {number}, {self.state.lines[number - 1].name}"
        most = self.most[number]
        widget = forms.NumberInput(attrs={"aria-label": label, "max": most})
        initial = most if self.full else 0
        return forms.IntegerField(
            label=label, required=False, min_value=0, max_value=asking.QUANTITY, initial=initial, widget=widget
        )

    def rows(self) -> list[dict[str, Any]]:
        """What the page shows of each line."""
        return [
            {
                "number": number,
                "line": self.state.lines[number - 1],
                "most": self.most[number],
                "field": self[f"line-{number}"],
            }
            for number in self.offered
        ]

    def clean(self) -> None:
        """Refuses a form in which nothing is typed: it would ask for everything, or for nothing."""
        if not self.errors and not self.lines() and not self.cleaned_data.get("everything"):
            raise forms.ValidationError("Type a quantity for at least one line.")

    def lines(self) -> list[orders.LineQuantity]:
        """The lines of which some were typed."""
        typed = {number: self.cleaned_data.get(f"line-{number}") or 0 for number in self.offered}
        if self.cleaned_data.get("everything"):
            typed = self.most
        return [orders.LineQuantity(number=number, quantity=count) for number, count in typed.items() if count]


class UnsentForm(LinesForm):
    """Pieces that are still to be sent."""

    def available(self, number: int) -> int:
        """What is left."""
        return self.state.left(number) if self.state.status in states.OPEN else 0


class ShipForm(UnsentForm):
    """Which goods leave, and how they travel."""

    full = True
    tracking = forms.CharField(
        label="Tracking number", max_length=100, required=False, help_text="The carrier's, if there is one."
    )


class CallOffForm(UnsentForm, ReasonForm):
    """Which goods are called off, and why."""


def amount_field(
    label: str, help_text: str, *, required: bool, lowest: Decimal | None = Decimal(0)
) -> forms.DecimalField:
    """An amount of money in pounds and pence, or their like; `minor` holds it to its currency's decimals."""
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, help_text=help_text, required=required, min_value=lowest, max_digits=14, widget=widget
    )


class ReturnForm(LinesForm, ReasonForm):
    """Which goods come back, why, where they go, and what is given back for them."""

    shows_refunds = True
    restock = forms.BooleanField(
        label="Put back on the shelf", required=False, initial=True, help_text="Only what can be sold again."
    )
    agreed_refund = amount_field(
        "Agreed refund",
        "Leave empty to refund what the lines cost with their share of discounts and other charges; 0 for nothing. "
        "The return that completes the order refunds the postage too.",
        required=False,
        lowest=Decimal(0),
    )

    def clean(self) -> None:
        """Holds the refund to the order's currency."""
        super().clean()
        check_amount(self, "agreed_refund", self.state.figures.currency)

    def available(self, number: int) -> int:
        """What is with the customer."""
        return self.state.shipped[number - 1] - self.state.returned[number - 1]

    def rows(self) -> list[dict[str, Any]]:
        """What the page shows of each line, with what is refunded for all of it."""
        currency = self.state.figures.currency
        return [
            row | {"refund": shown(amounts.refundable(self.state, row["number"]), currency)} for row in super().rows()
        ]


class RefundForm(ReasonForm):
    """How much is given back, and why."""

    amount = amount_field("Amount", "", required=True)

    def __init__(self, data: Any, state: State) -> None:
        super().__init__(data, state)
        most = shown(state.figures.refundable, state.figures.currency)
        self.fields["amount"].help_text = f"At most {most}: what was taken and not given back yet."

    def clean(self) -> None:
        """Holds the amount to the order's currency."""
        super().clean()
        check_amount(self, "amount", self.state.figures.currency)


class BookingForm(KeyedForm):
    """Money that belongs to no order."""

    kind = forms.TypedChoiceField(
        label="What for",
        coerce=int,
        choices=[(value, name.capitalize()) for value, name in orders.ChargeKind._VALUES_TO_NAMES.items()],
        initial=orders.ChargeKind.MANUAL,
    )
    description = forms.CharField(label="Description", max_length=200, help_text="What it says in the books.")
    amount = amount_field("Amount", "Negative for a cost: -12.00.", required=True, lowest=None)
    currency = forms.ChoiceField(label="Currency", choices=lambda: [(code, code) for code in settings.CURRENCIES])
    reference = forms.CharField(label="Document", max_length=100, required=False)
    customer_id = forms.CharField(label="Customer's id", max_length=64, required=False)

    def clean(self) -> None:
        """Holds the amount to the chosen currency."""
        super().clean()
        if "currency" in self.cleaned_data:
            check_amount(self, "amount", self.cleaned_data["currency"])


def minor(amount: Decimal, currency: str) -> common.Money:
    """An amount as typed, in minor units. Raises money.InvalidAmount for more decimals than the currency has."""
    return common.Money(amount=money.parse(amount, currency), currency=currency)


def check_amount(form: forms.Form, field: str, currency: str) -> None:
    """Puts on the form what is wrong with an amount in its currency."""
    typed = form.cleaned_data.get(field)
    if typed is not None:
        try:
            minor(typed, currency)
        except money.InvalidAmount as problem:
            form.add_error(field, str(problem))
