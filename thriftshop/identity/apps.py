"""Django's sessions for the admin, under another label than our context `sessions`."""

from django.contrib.sessions.apps import SessionsConfig


class StaffSessionsConfig(SessionsConfig):
    """The admin's login sessions."""

    label = "staff_sessions"
    verbose_name = "Staff logins"
