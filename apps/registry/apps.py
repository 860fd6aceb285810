"""The registry: all contracts in one place, for people and machines; owns no data and no topic."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from thriftshop import contexts


class RegistryConfig(contexts.ContextConfig):
    """The registry of all contracts, for people and machines."""

    name = "apps.registry"
    label = "registry"
    verbose_name = "Registry"
    start_page = "/registry"
    watches_processes = True
    resources = contexts.Resources(cpu="50m")

    def ready(self) -> None:
        """Register the checks of its settings."""
        checks.register(check_settings)
        checks.register(check_deployment, checks.Tags.security, deploy=True)

    def landing_links(self) -> Sequence[contexts.Link]:
        """The registry, in this process or at REGISTRY_URL."""
        if not settings.REGISTRY_URL:
            return ()
        description = "Every contract: services, types, events, the GraphQL schema; and what runs now."
        return (contexts.Link("Registry", settings.REGISTRY_URL, description, "REGISTRY_URL"),)

    def variables_for_all(self, address: str) -> Mapping[str, str]:
        """The address of its first page, for the landing pages."""
        return {"REGISTRY_URL": address + self.start_page}


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Check REGISTRY_PATIENCE_MS."""
    from thriftshop import checks as platform_checks

    return list(platform_checks.at_least(1, "REGISTRY_PATIENCE_MS"))


def check_deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> Iterator[checks.CheckMessage]:
    """Warn where everybody may read the contracts in production."""
    if settings.REGISTRY_OPEN:
        hint = "Leave REGISTRY_OPEN out: staff who are logged in may read it; or silence this where everybody may."
        yield checks.Warning("REGISTRY_OPEN: anybody may read.", hint=hint, id="thriftshop.W_REGISTRY_OPEN")
