"""The trade importer: replays a year of real trade through the shop's contracts."""

from django.apps import AppConfig


class TradeConfig(AppConfig):
    """The trade importer."""

    name = "apps.trade"
    label = "trade"
    verbose_name = "Trade"
