"""The forms with which staff cancel, ship, return and refund orders, and book money without an order.

The order itself decides what is allowed when the form is submitted; a form that was submitted before is recognised by
its key.
"""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from apps.orders.domain import amounts, states, validation
from apps.orders.domain.order import State
from idl import common, orders
from thriftshop import money
from thriftshop.money import format_amount

# A request has at most a thousand fields: the form of a larger order has only the first lines, and an option for all.
MAX_LINES = 900


class KeyedForm(forms.Form):
    """A form with a hidden idempotency key."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=lambda: uuid.uuid4().hex)


class ActionForm(KeyedForm):
    """A form for an action on one order."""

    def __init__(self, data: Any, state: State) -> None:
        super().__init__(data)
        self.state = state

    def rows(self) -> list[dict[str, Any]]:
        """The lines with a quantity field."""
        return []

    def others(self) -> list[forms.BoundField]:
        """The other fields."""
        return [field for field in self.visible_fields() if not field.name.startswith("line-")]

    def lines(self) -> list[orders.LineQuantity]:
        """The lines with a quantity."""
        return []


class ReasonForm(ActionForm):
    """A form with a reason."""

    reason = forms.CharField(label="Reason", max_length=500, help_text="Shown to the customer.")


class LinesForm(ActionForm):
    """A form with a quantity for each available line of an order, initially the maximum if `is_maximum_initial`, otherwise 0."""

    is_maximum_initial = False
    shows_refunds = False

    def __init__(self, data: Any, state: State) -> None:
        super().__init__(data, state)
        numbers = range(1, len(state.lines) + 1)
        self.maximum = {number: self.available(number) for number in numbers}
        submitted = data or {}
        self.offered = [number for number in numbers if self.maximum[number] or f"line-{number}" in submitted][
            :MAX_LINES
        ]
        for number in self.offered:
            self.fields[f"line-{number}"] = self._field(number)
        self.left_out = sum(1 for maximum in self.maximum.values() if maximum) - len(self.offered)
        if self.left_out > 0 or "everything" in submitted:
            self.fields["everything"] = forms.BooleanField(
                label="All lines, all of each", required=False, help_text="Overrides the quantities of single lines."
            )

    def available(self, number: int) -> int:
        """The maximum quantity of a line."""
        raise NotImplementedError

    def _field(self, number: int) -> forms.IntegerField:
        label = f"Quantity of line {number}, {self.state.lines[number - 1].name}"
        maximum = self.maximum[number]
        widget = forms.NumberInput(attrs={"aria-label": label, "max": maximum})
        initial = maximum if self.is_maximum_initial else 0
        return forms.IntegerField(
            label=label, required=False, min_value=0, max_value=validation.MAX_QUANTITY, initial=initial, widget=widget
        )

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the page's table."""
        return [
            {
                "number": number,
                "line": self.state.lines[number - 1],
                "maximum": self.maximum[number],
                "field": self[f"line-{number}"],
            }
            for number in self.offered
        ]

    def clean(self) -> None:
        """Require at least one quantity."""
        if not self.errors and not self.lines() and not self.cleaned_data.get("everything"):
            raise forms.ValidationError("Enter a quantity for at least one line.")

    def lines(self) -> list[orders.LineQuantity]:
        """The lines with a quantity."""
        quantities = {number: self.cleaned_data.get(f"line-{number}") or 0 for number in self.offered}
        if self.cleaned_data.get("everything"):
            quantities = self.maximum
        return [orders.LineQuantity(number=number, quantity=count) for number, count in quantities.items() if count]


class UnshippedForm(LinesForm):
    """A form with the quantities left to ship."""

    def available(self, number: int) -> int:
        """The quantity left to ship."""
        return self.state.unshipped(number) if self.state.status in states.OPEN else 0


class ShipForm(UnshippedForm):
    """The quantities to ship, and the tracking number."""

    is_maximum_initial = True
    tracking = forms.CharField(
        label="Tracking number", max_length=100, required=False, help_text="The carrier's number, if any."
    )


class CancelLinesForm(UnshippedForm, ReasonForm):
    """The quantities to cancel, and the reason."""


def amount_field(
    label: str, help_text: str, *, required: bool, minimum: Decimal | None = Decimal(0)
) -> forms.DecimalField:
    """A field for an amount of money; `minor` checks the decimals of its currency."""
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, help_text=help_text, required=required, min_value=minimum, max_digits=14, widget=widget
    )


class ReturnForm(LinesForm, ReasonForm):
    """The quantities to return, the reason, whether to restock them, and an agreed refund."""

    shows_refunds = True
    restock = forms.BooleanField(
        label="Restock", required=False, initial=True, help_text="Only if the goods can be sold again."
    )
    agreed_refund = amount_field(
        "Agreed refund",
        "Leave empty to refund what the lines cost with their share of discounts and other charges; 0 refunds nothing. "
        "The return that completes the order also refunds the postage.",
        required=False,
        minimum=Decimal(0),
    )

    def clean(self) -> None:
        """Check the refund in the order's currency."""
        super().clean()
        check_amount(self, "agreed_refund", self.state.totals.currency)

    def available(self, number: int) -> int:
        """The quantity at the customer."""
        return self.state.shipped[number - 1] - self.state.returned[number - 1]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the page's table, with the refund for the maximum quantity."""
        currency = self.state.totals.currency
        return [
            row | {"refund": format_amount(amounts.refundable(self.state, row["number"]), currency)}
            for row in super().rows()
        ]


class RefundForm(ReasonForm):
    """The amount to refund, and the reason."""

    amount = amount_field("Amount", "", required=True)

    def __init__(self, data: Any, state: State) -> None:
        super().__init__(data, state)
        maximum = format_amount(state.totals.refundable, state.totals.currency)
        self.fields["amount"].help_text = f"At most {maximum}, which was captured and not yet refunded."

    def clean(self) -> None:
        """Check the amount in the order's currency."""
        super().clean()
        check_amount(self, "amount", self.state.totals.currency)


class BookingForm(KeyedForm):
    """A booking of money without an order."""

    kind = forms.TypedChoiceField(
        label="Kind",
        coerce=int,
        choices=[(value, name.capitalize()) for value, name in orders.ChargeKind._VALUES_TO_NAMES.items()],
        initial=orders.ChargeKind.MANUAL,
    )
    description = forms.CharField(label="Description", max_length=200, help_text="Shown in the books.")
    amount = amount_field("Amount", "Negative for a cost: -12.00.", required=True, minimum=None)
    currency = forms.ChoiceField(label="Currency", choices=lambda: [(code, code) for code in settings.CURRENCIES])
    reference = forms.CharField(label="Document", max_length=100, required=False)
    customer_id = forms.CharField(label="Customer's id", max_length=64, required=False)

    def clean(self) -> None:
        """Check the amount in the chosen currency."""
        super().clean()
        if "currency" in self.cleaned_data:
            check_amount(self, "amount", self.cleaned_data["currency"])


def minor(amount: Decimal, currency: str) -> common.Money:
    """Convert an amount to minor units. Raises money.InvalidAmount for too many decimals."""
    return common.Money(amount=money.parse(amount, currency), currency=currency)


def check_amount(form: forms.Form, field: str, currency: str) -> None:
    """Add an error to the form if an amount is not valid in its currency."""
    amount = form.cleaned_data.get(field)
    if amount is not None:
        try:
            minor(amount, currency)
        except money.InvalidAmount as problem:
            form.add_error(field, str(problem))
