"""Open sessions: listed, revoked and swept when they have expired."""

from django.db.models import Q

from apps.sessions import models
from idl import common, sessions
from thriftshop import clock, identity

BATCH = 500


def get() -> list[sessions.Session]:
    """The viewer's open sessions, the last used first."""
    viewer = identity.require_viewer()
    return [session.to_struct() for session in models.open_sessions(viewer.id)]


def revoke(session_id: str) -> None:
    """End one of the viewer's sessions; staff may end any. An ended one is no error."""
    identity.require_viewer()
    key = models.parse_id(session_id)
    session = models.Session.objects.filter(pk=key).first() if key else None
    if session is None or not identity.may_see(session.user_id):
        raise common.NotFound(message="There is no such session.", kind="session", id=session_id[:64])
    models.Session.objects.filter(pk=session.pk).end("revoked")


def revoke_others() -> int:
    """End all of the viewer's sessions except the current one; returns their number."""
    viewer = identity.require_viewer()
    others = models.Session.objects.alive().filter(user_id=viewer.id)
    current = models.parse_id(viewer.session_id or "")
    return (others.exclude(pk=current) if current else others).end("revoked")


def end_all(user_id: str, reason: str, until: int, keep: str | None = None) -> int:
    """End a user's sessions that were started until a moment, except `keep`; returns their number.

    Sessions that start in the future come from a wrong clock and may be older, so they end, too.
    """
    started = Q(started_at__lte=until) | Q(started_at__gt=clock.now() + clock.SKEW_MS)
    open_sessions = models.Session.objects.filter(started, user_id=user_id)
    excluded = models.parse_id(keep or "")
    return (open_sessions.exclude(pk=excluded) if excluded else open_sessions).end(reason)


def forget(user_id: str) -> None:
    """Delete a user's ended sessions, whose devices and addresses are personal data."""
    models.Session.objects.filter(user_id=user_id).exclude(ended_at=None).delete()


def sweep() -> int:
    """End expired sessions in batches; returns their number."""
    swept = 0
    while keys := list(models.Session.objects.expired().values_list("pk", flat=True)[:BATCH]):
        swept += models.Session.objects.filter(pk__in=keys).end("expired")
    return swept


def delete_ended(before: int) -> int:
    """Delete sessions that ended before a moment; returns their number."""
    return models.Session.objects.filter(ended_at__lt=before).delete()[0]
