"""Attribution: the session to which something that happened to a cart belongs."""

from collections.abc import Sequence
from typing import NamedTuple


class Use(NamedTuple):
    """A session that used a cart from a moment on."""

    used_at: int
    visitor_id: str
    session_id: str


def session_of(uses: Sequence[Use], at: int) -> Use | None:
    """The session that used the cart last before a moment; if none had, the first one, which reported it late."""
    before = [use for use in uses if use.used_at <= at]
    if before:
        return max(before)
    return min(uses, default=None)
