"""The importer: replays a year of real trade through the contracts."""

from django.apps import AppConfig


class TradeConfig(AppConfig):
    """The importer: replays a year of real trade through the contracts."""

    name = "apps.trade"
    label = "trade"
    verbose_name = "Trade"
