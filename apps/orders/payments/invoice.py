"""Payment by invoice: the shop trusts the customer, so every call succeeds; the order itself is the record."""


def authorise(order: str, amount: int, currency: str, token: str) -> str:
    """Always authorises."""
    return f"invoice-{order[:8]}"


def capture(order: str, key: str, amount: int, currency: str) -> str:
    """Add the amount to the invoice."""
    return f"invoice-{order[:8]}-{key}"


def refund(order: str, key: str, amount: int, currency: str) -> str:
    """Issues a credit note."""
    return f"credit-{order[:8]}-{key}"


def void(order: str) -> str:
    """Succeed, because nothing was authorised elsewhere."""
    return f"invoice-{order[:8]}"
