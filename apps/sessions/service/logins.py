"""Logging in and out, and authenticating tokens."""

import secrets

from django.db import transaction

from apps.sessions import domain, models
from apps.sessions.service import attempts
from idl import common, sessions, users
from thriftshop import call_context, clock, events, rpc
from thriftshop.contact import emails, networks
from thriftshop.database import disk

TOKEN_BYTES = 32
FAILED = "The e-mail address or the password is wrong."


def log_in(email: str, password: str, device: str, address: str | None = None) -> sessions.Login:
    """Log a user in on a device. Raises sessions.LoginFailed, the same for every cause, or sessions.TooManyAttempts."""
    account = emails.normal(email)
    origin = attempts.source(account, address)
    attempts.count_from(origin)
    # These calls are made as the sessions service, not for the viewer.
    with call_context.using(caller="sessions", viewer="", occurred_at=None):
        user = _verified(account, password, origin)
        attempts.forgive_from(origin)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session = _start(user, token, device, address)
        _recheck(user, session)
    return sessions.Login(token=token, session=session.to_struct(), viewer=session.viewer())


def _verified(account: str, password: str, origin: attempts.Source) -> users.User:
    try:
        return rpc.connect(users.UsersService).verify_password(account, password)
    except users.WrongCredentials as refusal:
        raise sessions.LoginFailed(message=FAILED) from refusal
    except rpc.RpcError:
        attempts.uncount(origin)
        raise


def _start(user: users.User, token: str, device: str, address: str | None) -> models.Session:
    now = clock.now()
    session = models.Session(
        token_hash=models.hash_of(token),
        user_id=user.id,
        role=user.role,
        device=domain.device_name(device),
        address=networks.masked(address),
        started_at=now,
        used_at=now,
        expires_at=now + models.max_lifetime_ms(),
    )
    with transaction.atomic():
        session.insert()
        started = sessions.SessionStarted(id=str(session.pk), user_id=user.id)
        events.record(models.TOPIC, str(session.pk), [started])
    return session


def _recheck(user: users.User, session: models.Session) -> None:
    """End the session if the user was deactivated or the password changed between the check and its start."""
    present = rpc.connect(users.UsersService).get_users([user.id])
    if not present or not present[0].active or present[0].version != user.version:
        models.Session.objects.filter(pk=session.pk).end("revoked")
        raise sessions.LoginFailed(message=FAILED)


def authenticate(token: str) -> common.Viewer:
    """The viewer of a token. Raises sessions.InvalidSession for an invalid or expired one."""
    now, session = clock.now(), models.find_by_token(token)
    if session is None or not domain.is_open(session.used_at, session.expires_at, models.idle_ms(), now):
        raise sessions.InvalidSession(message="This session has ended. Log in again.")
    if now - session.used_at >= domain.USE_NOTED_MS:
        # Never backwards: of concurrent requests the later one counts.
        with disk.tolerated():
            models.Session.objects.filter(pk=session.id, used_at__lt=now).update(used_at=now)
    return common.Viewer(id=session.user_id, role=session.role, session_id=session.id)


def log_out(token: str) -> None:
    """End the session of a token; an unknown token is no error."""
    models.Session.objects.filter(token_hash=models.hash_of(token)).end("logged out")
