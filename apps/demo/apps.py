"""The demo shop: realistic demo data, created through the contracts."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo shop."""

    name = "apps.demo"
    label = "demo"
    verbose_name = "Demo"
