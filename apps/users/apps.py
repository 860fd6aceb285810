"""The users: who shops and works here."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """The users: who shops and works here."""

    name = "apps.users"
    label = "users"
    verbose_name = "Users"
