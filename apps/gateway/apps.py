"""The gateway: GraphQL over all contexts; owns no data."""

from thriftshop import contexts


class GatewayConfig(contexts.ContextConfig):
    """The gateway: GraphQL over all contexts; owns no data."""

    name = "apps.gateway"
    label = "gateway"
    verbose_name = "Gateway"
    is_public = True
