"""Django's own sessions, which keep the staff logged into the admin, under a label that leaves `sessions` to our context."""

from django.contrib.sessions.apps import SessionsConfig


class StaffSessionsConfig(SessionsConfig):
    """The admin's login cookies."""

    label = "staff_sessions"
    verbose_name = "Staff logins"
