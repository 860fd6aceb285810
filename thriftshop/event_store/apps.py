"""The Django app that owns the event tables."""

import importlib

from django.apps import AppConfig


class EventStoreConfig(AppConfig):
    """The event tables; their names begin with `events_`."""

    name = "thriftshop.event_store"
    label = "events"
    verbose_name = "Events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the checks of the event settings."""
        importlib.import_module("thriftshop.events.checks")
