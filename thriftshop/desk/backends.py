"""The staff's login if another process keeps the accounts: authentication by contract, with a local shadow account.

The shadow account has the user's id as its username, no e-mail address and no password. Its permissions are those that the
accounts' service returns and those of the local groups of the same names. They are refreshed every second.
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

# How long a response is valid, and how long while the service is unavailable.
FRESH_SECONDS = 1.0
MAX_STALE_SECONDS = 300.0
UNUSABLE = "!"

_members: dict[str, tuple[accounts.StaffMember, float]] = {}


def id_of(user: Any) -> str:
    """The id of the user of an account or a shadow account."""
    return str(user.username if isinstance(user, User) else user.pk)


class StaffBackend(ModelBackend):
    """Members of staff, authenticated by the contract of the context that keeps accounts."""

    # The type checker only knows the user model of a process that hosts all contexts.
    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The shadow account of the member of staff with this password. Raises the contract's TooManyTries, or an RpcError."""
        if not username or password is None:
            return None
        try:
            with _as_hosted_context():
                member = accounts.connect().authenticate_staff(username, password, origin.of(request))
        except accounts.contract().WrongCredentials:
            return None
        return _shadow_account(member)

    def get_user(self, user_id: int) -> User | None:  # type: ignore[override]
        """The shadow account, as long as its member of staff has an account."""
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            return None
        member, read_at = _members.get(user.username, (None, 0.0))
        age = time.monotonic() - read_at
        if member is not None and age < FRESH_SECONDS:
            return user
        try:
            with _as_hosted_context():
                return _shadow_account(accounts.connect().get_staff(user.username))
        except common.NotFound:
            _deactivate(user)
            return None
        except rpc.RpcError:
            return user if member is not None and age < MAX_STALE_SECONDS else None


def _as_hosted_context() -> Any:
    """The call context of the first hosted context that may call, without a viewer."""
    callers = reflection.methods(contexts.accounts().service)["get_staff"].callers
    return call_context.using(caller=next((name for name in settings.CONTEXTS if name in callers), ""), viewer="")


def _shadow_account(member: accounts.StaffMember) -> User:
    """The shadow account of a member of staff, with their current permissions."""
    before = _members.get(member.id, (None, 0.0))[0]
    with transaction.atomic():
        fields = {
            "first_name": member.name[:150],
            "is_staff": True,
            "is_active": True,
            "is_superuser": member.is_superuser,
            # Django ends all logins when an account's password changes; the stamp changes with the real password.
            "password": UNUSABLE + member.stamp,
        }
        user, created = User.objects.get_or_create(username=member.id, defaults=fields)
        if created or before != member:
            User.objects.filter(pk=user.pk).update(**fields)
            user.refresh_from_db()
            user.groups.set([Group.objects.get_or_create(name=name)[0] for name in member.groups])
            user.user_permissions.set(_permissions(member.permissions))
    _members[member.id] = (member, time.monotonic())
    return user


def _permissions(names: list[str]) -> list[Permission]:
    """The permissions that exist in this process."""
    condition = Q(pk__in=())
    for label, _, codename in (name.partition(".") for name in names):
        condition |= Q(content_type__app_label=label, codename=codename)
    return list(Permission.objects.filter(condition))


def _deactivate(user: User) -> None:
    _members.pop(user.username, None)
    User.objects.filter(pk=user.pk).update(is_active=False)
