"""The prices used when items are added to a cart."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from idl import common


@dataclass(frozen=True, slots=True)
class Prices:
    """The current prices of products in a currency, in minor units; all that are on sale, also without a price; their names.

    `skus` are those that the catalog was asked for, on sale or not.
    """

    currency: str
    amounts: Mapping[str, int]
    on_sale: Collection[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    skus: frozenset[str] = frozenset()

    def cover(self, skus: Iterable[str], currency: str) -> bool:
        """Whether the prices of all these products in this currency are among them."""
        return currency == self.currency and self.skus.issuperset(skus)

    def of(self, sku: str, currency: str) -> common.Money | None:
        """The unit price, None if it is not known in this currency."""
        if currency != self.currency or sku not in self.amounts:
            return None
        return common.Money(amount=self.amounts[sku], currency=currency)
