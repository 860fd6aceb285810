"""Pages of longer lists: cursors that clients cannot read anything into, and the limits on what may be asked for."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from idl import common

LARGEST_PAGE = 100


def first(page: common.Page) -> int:
    """How many are asked for. Raises common.InvalidInput unless it is 1 to 100."""
    if not 1 <= page.first <= LARGEST_PAGE:
        raise common.InvalidInput(
            message=f"Ask for 1 to {LARGEST_PAGE} at a time, not {page.first}.", field="page.first"
        )
    return page.first


def cursor(*values: Any) -> str:
    """A cursor that stands for the sort values of the last thing shown (text and whole numbers)."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def after(page: common.Page, length: int) -> list[Any] | None:
    """The sort values behind a page's cursor, None without one. Raises common.InvalidInput for one that we did not make."""
    if not page.after:
        return None
    try:
        padded = page.after + "=" * (-len(page.after) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _unknown_cursor(page) from error
    if not isinstance(values, list) or len(values) != length:
        raise _unknown_cursor(page)
    return values


def _unknown_cursor(page: common.Page) -> common.InvalidInput:
    shown = (page.after or "")[:40]
    return common.InvalidInput(
        message=f"{shown!r} is no cursor of this list; use an end_cursor it gave.", field="page.after"
    )


def info(found: Sequence[Any], wanted: int, last_cursor: str | None, total: int | None = None) -> common.PageInfo:
    """Where a page stands, when `found` holds one more than `wanted` where more follows."""
    return common.PageInfo(has_next_page=len(found) > wanted, end_cursor=last_cursor, total=total)
