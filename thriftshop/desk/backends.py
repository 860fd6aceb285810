"""The staff's login where another process keeps the accounts: checked by contract, with a local account as a stand-in.

The stand-in has the user's id as its username, no e-mail address and no password. Its permissions are those that the accounts'
service returns and those of the groups of the same names here. The service is asked again every second.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from idl import common
from thriftshop import call_context, contexts, rpc
from thriftshop.desk import accounts
from thriftshop.rpc import reflection
from thriftshop.web import origin

# How long an answer counts, and how long it does while the service is unavailable.
FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 300.0
UNUSABLE = "!"

_known: dict[str, tuple[accounts.StaffMember, float]] = {}


def id_of(user: Any) -> str:
    """The id of the user that an account belongs to or stands in for."""
    return str(user.username if isinstance(user, User) else user.pk)


class StaffBackend(ModelBackend):
    """Members of staff, authenticated by the contract of the context that keeps accounts."""

    # The type checker knows the monolith's user model only.
    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The stand-in of the member of staff with this password. Raises the contract's TooManyTries, or an RpcError."""
        if not username or password is None:
            return None
        try:
            with _asking():
                member = accounts.connect().authenticate_staff(username, password, origin.of(request))
        except accounts.contract().WrongCredentials:
            return None
        return _stand_in(member)

    def get_user(self, user_id: int) -> User | None:  # type: ignore[override]
        """The stand-in, while its member of staff has an account."""
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            return None
        member, asked_at = _known.get(user.username, (None, 0.0))
        age = time.monotonic() - asked_at
        if member is not None and age < FRESH_SECONDS:
            return user
        try:
            with _asking():
                return _stand_in(accounts.connect().get_staff(user.username))
        except common.NotFound:
            _shut_out(user)
            return None
        except rpc.RpcError:
            return user if member is not None and age < PATIENCE_SECONDS else None


def _asking() -> Any:
    """Calls on behalf of the first hosted context that may, without a viewer."""
    callers = reflection.methods(contexts.accounts().service)["get_staff"].callers
    return call_context.using(caller=next((name for name in settings.CONTEXTS if name in callers), ""), viewer="")


def _stand_in(member: accounts.StaffMember) -> User:
    """The stand-in of a member of staff, with their current permissions."""
    before = _known.get(member.id, (None, 0.0))[0]
    with transaction.atomic():
        fields = {
            "first_name": member.name[:150],
            "is_staff": True,
            "is_active": True,
            "is_superuser": member.is_superuser,
            # Django ends all logins of an account whose password changed; the stamp changes with the real password.
            "password": UNUSABLE + member.stamp,
        }
        user, made = User.objects.get_or_create(username=member.id, defaults=fields)
        if made or before != member:
            User.objects.filter(pk=user.pk).update(**fields)
            user.refresh_from_db()
            user.groups.set([Group.objects.get_or_create(name=name)[0] for name in member.groups])
            user.user_permissions.set(_rights(member.permissions))
    _known[member.id] = (member, time.monotonic())
    return user


def _rights(names: list[str]) -> list[Permission]:
    """Those of the permissions that exist here."""
    wanted = Q(pk__in=())
    for label, _, codename in (name.partition(".") for name in names):
        wanted |= Q(content_type__app_label=label, codename=codename)
    return list(Permission.objects.filter(wanted))


def _shut_out(user: User) -> None:
    _known.pop(user.username, None)
    User.objects.filter(pk=user.pk).update(is_active=False)
