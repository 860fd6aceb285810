"""Stock keeping units: what may be one, and the one spelling of each.

Standard library and contracts only: the contexts' domain modules use it too.
"""

import re

from idl import common

_RULE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHOWN = 60


def canonical(sku: str) -> str:
    """A SKU in capitals: `qx-07` and `QX-07` are one. What cannot be a SKU stays as it is, to be refused by `check`."""
    spelled = sku.upper() if sku.isascii() else sku
    return sku if spelled == sku else spelled


def is_valid(sku: str) -> bool:
    """Whether this can be a SKU."""
    return _RULE.fullmatch(sku) is not None


def check(sku: str, field: str, where: str = "") -> None:
    """Raises common.InvalidInput, naming the field, unless this can be a SKU; `where` says which one of many it is."""
    if not is_valid(sku):
        raise common.InvalidInput(
            message=f"{where}{sku[:_SHOWN]!r} is not a SKU: a SKU has 1 to 64 characters of A-Z a-z 0-9 . _ -.",
            field=field,
        )
