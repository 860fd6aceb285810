"""What the load knows of a prepared shop: its products, words to search for, and the holders of carts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

PASSWORD = "a lamp from the attic"


@dataclass(slots=True)
class Holder:
    """Someone with a cart: a customer with a session, or a guest with the cart's token."""

    token: str = ""
    cart_token: str = ""
    email: str = ""
    id: str = ""
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """What the load needs to know of the shop: products by popularity, words of their names, customers, guests."""

    skus: list[str]
    words: list[str]
    customers: list[Holder]
    guests: list[Holder]

    def save(self, file: Path) -> None:
        """Write it."""
        file.write_text(json.dumps(asdict(self)))

    @staticmethod
    def load(file: Path) -> Prepared:
        """Read it."""
        data = json.loads(file.read_text())
        holders = {name: [Holder(**values) for values in data[name]] for name in ("customers", "guests")}
        return Prepared(skus=data["skus"], words=data["words"], **holders)
