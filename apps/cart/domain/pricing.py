"""The prices that a cart goes by when something is put in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from idl import common


@dataclass(frozen=True, slots=True)
class Prices:
    """What one costs now of each product that has a price in a currency, in its minor units; `on_sale` are all on sale."""

    currency: str
    amounts: Mapping[str, int]
    on_sale: Collection[str] = ()

    def of(self, sku: str, currency: str) -> common.Money | None:
        """The price of one, None where it is not known in this currency."""
        if currency != self.currency or sku not in self.amounts:
            return None
        return common.Money(amount=self.amounts[sku], currency=currency)
