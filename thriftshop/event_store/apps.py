"""The Django app that owns the event tables."""

from django.apps import AppConfig


class EventStoreConfig(AppConfig):
    """The event tables; their names begin with `events_`."""

    name = "thriftshop.event_store"
    label = "events"
    verbose_name = "Events"
    default_auto_field = "django.db.models.BigAutoField"
