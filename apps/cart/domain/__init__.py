"""The rules of a cart: what is in it, what may happen to it, and what it shows."""

from apps.cart.domain.merging import STRATEGIES, hand_over, merge
from apps.cart.domain.showing import Offer, show
from apps.cart.domain.state import (
    EMPTY,
    LARGEST_QUANTITY,
    MOST_LINES,
    CartState,
    HandedOver,
    Line,
    as_of,
    evolve,
    lapsed,
)
from apps.cart.domain.verbs import (
    Prices,
    add,
    add_on_sale,
    begin,
    check_out,
    clear,
    lapse,
    open_guest,
    remove,
    require_sku,
    set_quantity,
    totals,
)

__all__ = [
    "EMPTY",
    "LARGEST_QUANTITY",
    "MOST_LINES",
    "STRATEGIES",
    "CartState",
    "HandedOver",
    "Line",
    "Offer",
    "Prices",
    "add",
    "add_on_sale",
    "as_of",
    "begin",
    "check_out",
    "clear",
    "evolve",
    "hand_over",
    "lapse",
    "lapsed",
    "merge",
    "open_guest",
    "remove",
    "require_sku",
    "set_quantity",
    "show",
    "totals",
]
