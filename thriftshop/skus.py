"""Stock keeping units: validation, and the canonical spelling.

Imports the standard library and contracts only, because domain modules use it.
"""

import re

from idl import common

_RULE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MAX_QUOTED = 60


def canonical(sku: str) -> str:
    """The SKU in upper case: `qx-07` and `QX-07` are the same. Invalid SKUs are not changed; `check` refuses them."""
    canonical_sku = sku.upper() if sku.isascii() else sku
    return sku if canonical_sku == sku else canonical_sku


def is_valid(sku: str) -> bool:
    """Whether a text is a valid SKU."""
    return _RULE.fullmatch(sku) is not None


def check(sku: str, field: str, where: str = "") -> None:
    """Raise common.InvalidInput, naming the field, unless the SKU is valid. `where` identifies one of many SKUs."""
    if not is_valid(sku):
        raise common.InvalidInput(
            message=f"{where}{sku[:_MAX_QUOTED]!r} is not a SKU: a SKU has 1 to 64 characters of A-Z a-z 0-9 . _ -.",
            field=field,
        )
