"""People as the staff read them: users by name and e-mail address, looked up once for a whole page."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest

from idl import users
from thriftshop import rpc

AT_ONCE = 500


def names(ids: Iterable[str]) -> dict[str, str]:
    """`Ann Miller (ann@example.com)` for each id of a user; others, and all while users are away, are left out."""
    wanted = sorted({one for one in ids if _is_id(one)})[:AT_ONCE]
    if not wanted:
        return {}
    try:
        found = rpc.connect(users.UsersService).get_users(wanted)
    except rpc.RpcError:
        return {}
    return {user.id: f"{user.name} ({user.email})" for user in found}


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


class NamesPeople:
    """Of a ModelAdmin: the users whose ids stand in these fields of its rows are looked up once for each page of the list."""

    people_in: Collection[str] = ()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page of the list; each row carries the names under `people`."""
        page = super().get_changelist_instance(request)  # type: ignore[misc]
        rows = list(page.result_list)
        known = names(getattr(row, field) for row in rows for field in self.people_in)
        for row in rows:
            row.people = known
        page.result_list = rows
        return page


def name_of(row: models.Model, user_id: str) -> str:
    """How a user is named in a row of such a list, or on a page of its own; the id where nobody is known by it."""
    known: Mapping[str, str] | None = getattr(row, "people", None)
    return (names([user_id]) if known is None else known).get(user_id, user_id)
