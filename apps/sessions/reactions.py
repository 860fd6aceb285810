"""Sessions that end because of changes to their user."""

from apps.sessions.service import attempts, open_sessions
from thriftshop import clock, events

RETENTION_MS = 30 * 86_400_000  # how long ended sessions stay visible
REASONS = {
    "PasswordChanged": "password changed",
    "RoleChanged": "role changed",
    "UserDeactivated": "deactivated",
    "UserErased": "erased",
}


def end_sessions(record: events.Recorded) -> None:
    """End the user's sessions. Those started after the event stay, so that repeated or late events are harmless."""
    keep = getattr(record.event, "keep_session_id", None)
    open_sessions.end_all(record.event.id, REASONS[record.kind], record.recorded_at, keep)
    if record.kind == "UserErased":
        open_sessions.forget(record.event.id)


def sweep() -> None:
    """End expired sessions and delete old data."""
    open_sessions.sweep()
    open_sessions.delete_ended(clock.now() - RETENTION_MS)
    attempts.sweep()


REACTIONS = [events.Reaction("sessions.endings", "users", end_sessions, kinds=frozenset(REASONS))]
JOBS = [events.Job("sessions.over", 3600, sweep)]
