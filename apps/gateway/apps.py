"""The gateway: GraphQL over all contexts; owns no data."""

from collections.abc import Mapping, Sequence

from django.conf import settings

from thriftshop import contexts


class GatewayConfig(contexts.ContextConfig):
    """The gateway: GraphQL over all contexts; owns no data."""

    name = "apps.gateway"
    label = "gateway"
    verbose_name = "Gateway"
    is_public = True

    def landing_links(self) -> Sequence[contexts.Link]:
        """GraphQL, in the processes that serve it."""
        if not settings.GRAPHQL_GATEWAY:
            return ()
        from thriftshop.graphql import documents

        description = "The public API: browse, buy, watch, return."
        if documents.is_open():
            description += " Its explorer has examples and the schema."
        return (contexts.Link("GraphQL", "/graphql", description),)

    def variables_for_all(self, address: str) -> Mapping[str, str]:
        """The address that customers use."""
        return {"PUBLIC_URL": address}
