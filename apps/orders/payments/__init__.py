"""Payment: a small interface to those who move money, and the providers that the shop knows.

A provider is asked under a key and must take the same key once only; it is never asked inside a database transaction.
"""

from collections.abc import Callable
from typing import Any, Protocol

from apps.orders.payments import card, invoice
from apps.orders.payments.answers import Declined, Failed, Simulated, Waiting
from thriftshop import transactions

__all__ = ["Declined", "Failed", "Provider", "Simulated", "Waiting", "ask"]


class Provider(Protocol):
    """Somebody who moves money for an order. Each method gives the provider's own reference.

    They raise Declined for a final no, Waiting while there is no answer yet, Failed for anything else that went wrong.
    """

    def authorise(self, order: str, amount: int, currency: str, token: str) -> str:
        """Promises the money of an order: once, however often it is asked for."""

    def capture(self, order: str, key: str, amount: int, currency: str) -> str:
        """Takes a part of what was promised, once for each key."""

    def refund(self, order: str, key: str, amount: int, currency: str) -> str:
        """Gives a part of what was taken back, once for each key."""

    def void(self, order: str) -> str:
        """Gives back what was promised and not taken; from then on nothing more is promised. "" where there was nothing."""


PROVIDERS: dict[str, Provider] = {"invoice": invoice, "card": card}


class InsideTransaction(Exception):
    """A provider was asked inside a database transaction: what it did could not be rolled back with it."""


def ask(name: str, what: str, *arguments: Any) -> str:
    """Asks the provider of this name: `ask("card", "capture", order, key, amount, currency)`."""
    if transactions.is_open():
        raise InsideTransaction(f"{name} was asked to {what} inside a database transaction; ask first, then record.")
    question: Callable[..., str] = getattr(PROVIDERS[name], what)
    return question(*arguments)
