"""The registry: every contract in one place, for people and machines; owns no data and no topic."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registry: every contract in one place, for people and machines."""

    name = "apps.registry"
    label = "registry"
    verbose_name = "Registry"
