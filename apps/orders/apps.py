"""The orders: what people bought."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The orders: what people bought."""

    name = "apps.orders"
    label = "orders"
    verbose_name = "Orders"
