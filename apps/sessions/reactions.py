"""Sessions that end because of what happened to their user."""

from apps.sessions.service import open_sessions
from thriftshop import events

REASONS = {
    "PasswordChanged": "password changed",
    "RoleChanged": "role changed",
    "UserDeactivated": "deactivated",
    "UserErased": "erased",
}


def end_sessions(record: events.Recorded) -> None:
    """Ends the user's sessions. Those started later stay: an event that comes twice, or late, shuts nobody out again."""
    keep = getattr(record.event, "keep_session_id", None)
    open_sessions.end_all(record.event.id, REASONS[record.kind], record.recorded_at, keep)
    if record.kind == "UserErased":
        open_sessions.forget(record.event.id)


REACTIONS = [events.Reaction("sessions.endings", "users", end_sessions, kinds=frozenset(REASONS))]
