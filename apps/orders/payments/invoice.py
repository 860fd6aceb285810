"""Payment by invoice: the shop trusts the customer, so that every question is answered with yes; the order is the book."""


def authorise(order: str, amount: int, currency: str, token: str) -> str:
    """Always promises."""
    return f"invoice-{order[:8]}"


def capture(order: str, key: str, amount: int, currency: str) -> str:
    """The amount goes on the invoice."""
    return f"invoice-{order[:8]}-{key}"


def refund(order: str, key: str, amount: int, currency: str) -> str:
    """The amount goes on a credit note."""
    return f"credit-{order[:8]}-{key}"


def void(order: str) -> str:
    """There is nothing to give back but the promise."""
    return f"invoice-{order[:8]}"
