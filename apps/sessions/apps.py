"""The sessions: who is logged in where."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The sessions: who is logged in where."""

    name = "apps.sessions"
    label = "sessions"
    verbose_name = "Sessions"
