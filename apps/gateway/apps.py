"""The gateway: GraphQL over all contexts; owns no data."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from thriftshop import contexts


class GatewayConfig(contexts.ContextConfig):
    """The gateway: GraphQL over all contexts; owns no data."""

    name = "apps.gateway"
    label = "gateway"
    verbose_name = "Gateway"
    is_public = True
    resources = contexts.Resources(cpu="500m")

    def ready(self) -> None:
        """Register the check of settings."""
        checks.register(check_settings)

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


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Check the settings of tracking."""
    from thriftshop import checks as platform_checks

    return [
        *platform_checks.at_least(1, "TRACK_BUFFER"),
        *platform_checks.at_least(0, "TRACK_FLUSH_SECONDS", "TRACK_RATE_ADDRESS"),
    ]
