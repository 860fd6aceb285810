"""The trade importer: replays a year of real trade through the shop's contracts."""

from thriftshop import contexts


class TradeConfig(contexts.DriverConfig):
    """The importer: replays a year of real trade through the contracts."""

    name = "apps.trade"
    label = "trade"
    verbose_name = "Trade"
