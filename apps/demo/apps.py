"""The demo shop: a shop that a visitor believes, made through the contracts."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo shop: a shop that a visitor believes, made through the contracts."""

    name = "apps.demo"
    label = "demo"
    verbose_name = "Demo"
