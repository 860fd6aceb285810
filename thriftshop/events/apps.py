"""The platform's own tables: the event log, the consumers' positions, the dead letters."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The event log and its consumers."""

    name = "thriftshop.events"
    label = "events"
    verbose_name = "Events"
    default_auto_field = "django.db.models.BigAutoField"
