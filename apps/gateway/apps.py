"""The gateway: GraphQL over all contexts; owns no data."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The gateway: GraphQL over all contexts; owns no data."""

    name = "apps.gateway"
    label = "gateway"
    verbose_name = "Gateway"
