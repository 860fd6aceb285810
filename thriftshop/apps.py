"""The platform as a Django app: its system checks and management commands."""

from django.apps import AppConfig


class ThriftshopConfig(AppConfig):
    """The platform."""

    name = "thriftshop"
    label = "thriftshop"
    verbose_name = "Thrift Shop"

    def ready(self) -> None:
        """Register the checks; start error reports, traces and logs if they are configured."""
        from thriftshop import checks, deployment_checks  # noqa: F401 - register the checks
        from thriftshop.database import checks as database_checks  # noqa: F401 - register the checks
        from thriftshop.database import slow_statements
        from thriftshop.events import checks as event_checks  # noqa: F401
        from thriftshop.telemetry import checks as telemetry_checks  # noqa: F401
        from thriftshop.telemetry import otlp, reports

        reports.start()
        if otlp.start():
            slow_statements.watch()
