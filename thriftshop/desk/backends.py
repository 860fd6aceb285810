"""How the staff log in where the users are another service: it is asked by contract, and an account here stands in for each.

The account that stands in has the user's id as its name, no e-mail address and no password. What it may do is what the users'
service says, and what the groups of the same names may do here. The service is asked again and again: who leaves is out.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from idl import common, users
from thriftshop import call_context, origin, rpc
from thriftshop.rpc import reflection

# So long what was learnt about somebody is taken to be so still; and so long where nobody can be asked.
FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 300.0
UNUSABLE = "!"

_known: dict[str, tuple[users.StaffMember, float]] = {}


def id_of(user: Any) -> str:
    """The user's own id, of an account that may stand in for it."""
    return str(user.username if isinstance(user, User) else user.pk)


class StaffBackend(ModelBackend):
    """Members of staff by the users' contract."""

    # The type checker knows one kind of account, the users' own.
    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The account that stands in for whom the password fits. Raises users.TooManyTries, or an RpcError."""
        if not username or password is None:
            return None
        try:
            with _asking():
                member = rpc.connect(users.UsersService).authenticate_staff(username, password, origin.of(request))
        except users.WrongCredentials:
            return None
        return _stand_in(member)

    def get_user(self, user_id: int) -> User | None:  # type: ignore[override]
        """The account, while whom it stands in for works here."""
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            return None
        member, asked_at = _known.get(user.username, (None, 0.0))
        age = time.monotonic() - asked_at
        if member is not None and age < FRESH_SECONDS:
            return user
        try:
            with _asking():
                return _stand_in(rpc.connect(users.UsersService).get_staff(user.username))
        except common.NotFound:
            _shut_out(user)
            return None
        except rpc.RpcError:
            return user if member is not None and age < PATIENCE_SECONDS else None


def _asking() -> Any:
    """The process asks on its own business, whoever is at its door."""
    may_ask = reflection.methods(users.UsersService)["get_staff"].callers
    return call_context.using(caller=next((name for name in settings.CONTEXTS if name in may_ask), ""), viewer="")


def _stand_in(member: users.StaffMember) -> User:
    """The account that stands in for a member of staff, with what they may do now."""
    before = _known.get(member.id, (None, 0.0))[0]
    with transaction.atomic():
        fields = {
            "first_name": member.name[:150],
            "is_staff": True,
            "is_active": True,
            "is_superuser": member.is_superuser,
            # Django ends every login of an account whose password changed; this one changes with the real one.
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
    """Those of the rights that there are here."""
    wanted = Q(pk__in=())
    for label, _, codename in (name.partition(".") for name in names):
        wanted |= Q(content_type__app_label=label, codename=codename)
    return list(Permission.objects.filter(wanted))


def _shut_out(user: User) -> None:
    _known.pop(user.username, None)
    User.objects.filter(pk=user.pk).update(is_active=False)
