"""The demo shop: fills an empty shop through the contracts."""

from thriftshop import contexts


class DemoConfig(contexts.DriverConfig):
    """The demo shop: fills an empty shop through the contracts."""

    name = "apps.demo"
    label = "demo"
    verbose_name = "Demo"
    startup_command = "demo"
