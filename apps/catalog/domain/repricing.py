"""Changes of many prices at once, with rounding to an ending."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Repricing(NamedTuple):
    """A change of prices: by `percent`, by an `amount` of minor units, or `to` one. `exponent` is the currency's."""

    kind: str
    value: Decimal
    ending: str = "penny"
    exponent: int = 2

    def applied(self, amount: int) -> int:
        """The new amount, halves rounded up. It may be invalid; `prices.checked` validates it."""
        changed = {
            "percent": Decimal(amount) * (1 + self.value / 100),
            "amount": amount + self.value,
            "to": self.value,
        }[self.kind]
        return self._with_ending(int(changed.quantize(Decimal(1), ROUND_HALF_UP)))

    def _with_ending(self, amount: int) -> int:
        """The nearest amount with the chosen ending."""
        if self.ending == "whole":
            return _nearest(amount, int(10**self.exponent))
        if self.ending == "99":
            # A currency without decimals ends in 99 of its units.
            unit = int(10 ** max(self.exponent, 2))
            return _nearest(amount + unit // 100, unit) - unit // 100
        return amount


def _nearest(amount: int, unit: int) -> int:
    """The nearest multiple of a unit, halves rounded up."""
    return (amount + unit // 2) // unit * unit
