"""The cart: what people mean to buy."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    """The cart: what people mean to buy."""

    name = "apps.cart"
    label = "cart"
    verbose_name = "Cart"
