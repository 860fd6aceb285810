"""Payment: the interface of payment providers, and the available ones.

Calls have idempotency keys; a provider is never called inside a database transaction.
"""

from collections.abc import Callable
from typing import Any, Protocol

from apps.orders.payments import card, invoice
from apps.orders.payments.errors import Declined, Failed, Simulated, Waiting
from thriftshop.database import transactions

__all__ = ["Declined", "Failed", "Provider", "Simulated", "Waiting", "call"]


class Provider(Protocol):
    """A payment provider. Each method returns the provider's reference.

    They raise Declined for a final refusal, Waiting while there is no decision, and Failed for any other problem.
    """

    def authorise(self, order: str, amount: int, currency: str, token: str) -> str:
        """Authorise the amount of an order, once per order."""

    def capture(self, order: str, key: str, amount: int, currency: str) -> str:
        """Capture a part of the authorised amount, once per key."""

    def refund(self, order: str, key: str, amount: int, currency: str) -> str:
        """Refund a part of the captured amount, once per key."""

    def void(self, order: str) -> str:
        """Void the authorisation and declines later ones. Returns "" if there was none."""


PROVIDERS: dict[str, Provider] = {"invoice": invoice, "card": card}


class InsideTransaction(Exception):
    """A provider was called inside a database transaction, which cannot roll its effect back."""


def call(name: str, method: str, *arguments: Any) -> str:
    """Call the provider with this name: `call("card", "capture", order, key, amount, currency)`."""
    if transactions.is_open():
        raise InsideTransaction(f"{name}.{method} was called inside a database transaction; call first, then record.")
    function: Callable[..., str] = getattr(PROVIDERS[name], method)
    return function(*arguments)
