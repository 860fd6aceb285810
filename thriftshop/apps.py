"""The platform as a Django app: its system checks and management commands."""

from django.apps import AppConfig


class ThriftshopConfig(AppConfig):
    """The platform."""

    name = "thriftshop"
    label = "thriftshop"
    verbose_name = "Thrift Shop"
