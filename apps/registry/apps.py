"""The registry: every contract in one place, for people and machines; owns no data and no topic."""

from thriftshop import contexts


class RegistryConfig(contexts.ContextConfig):
    """The registry: every contract in one place, for people and machines; owns no data and no topic."""

    name = "apps.registry"
    label = "registry"
    verbose_name = "Registry"
    start_page = "/registry"
