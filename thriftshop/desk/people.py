"""Names and e-mail addresses of users in the admin, fetched in one call for each page."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest

from thriftshop import rpc
from thriftshop.desk import accounts

MAX_IDS = 500


def names(ids: Iterable[str]) -> dict[str, str]:
    """`Ann Miller (ann@example.com)` for each id of a user; empty while the service is unavailable."""
    user_ids = sorted({user_id for user_id in ids if _is_id(user_id)})[:MAX_IDS]
    if not user_ids:
        return {}
    try:
        users = accounts.connect().get_users(user_ids)
    except rpc.RpcError:
        return {}
    return {user.id: f"{user.name} ({user.email})" for user in users}


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
        """The page of the list; the names are set on each row as `people`."""
        page = super().get_changelist_instance(request)  # type: ignore[misc]
        rows = list(page.result_list)
        names_by_id = names(getattr(row, field) for row in rows for field in self.people_in)
        for row in rows:
            row.people = names_by_id
        page.result_list = rows
        return page


def name_of(row: models.Model, user_id: str) -> str:
    """The name of a user in a row of such a list or on its own page; the id if the name is unknown."""
    names_by_id: Mapping[str, str] | None = getattr(row, "people", None)
    return (names([user_id]) if names_by_id is None else names_by_id).get(user_id, user_id)
