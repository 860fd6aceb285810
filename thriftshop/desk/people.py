"""People as staff read them: by name and e-mail address, looked up in one call for a whole page."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest

from thriftshop import rpc
from thriftshop.desk import accounts

AT_ONCE = 500


def names(ids: Iterable[str]) -> dict[str, str]:
    """`Ann Miller (ann@example.com)` for each id of a user; empty while the service is unavailable."""
    wanted = sorted({one for one in ids if _is_id(one)})[:AT_ONCE]
    if not wanted:
        return {}
    try:
        found = accounts.connect().get_users(wanted)
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
    """A mixin for ModelAdmins: looks up the users whose ids are in these fields, once per page of the list."""

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
    """The name of a user in a row of such a list or on its own page; the id where it is unknown."""
    known: Mapping[str, str] | None = getattr(row, "people", None)
    return (names([user_id]) if known is None else known).get(user_id, user_id)
