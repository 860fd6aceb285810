"""Sessions: who is logged in, on which device."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from thriftshop import contexts


class SessionsConfig(contexts.ContextConfig):
    """Sessions: who is logged in, on which device."""

    name = "apps.sessions"
    label = "sessions"
    verbose_name = "Sessions"
    description = "Who is logged in, on which device."
    menu_order = 60
    event_store = contexts.EventStore.OUTBOX
    staff_groups = {"Customer care": ["view_session", "change_session"]}

    def ready(self) -> None:
        """Register the check of settings."""
        checks.register(check_settings)


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Check the lifetimes of sessions."""
    from thriftshop import checks as platform_checks

    return list(platform_checks.at_least(1, "SESSION_IDLE_HOURS", "SESSION_DAYS"))
