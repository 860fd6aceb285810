"""Django's admin under its own label, with the desk as its site."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate

from thriftshop import contexts
from thriftshop.telemetry import sampling


class DeskConfig(AdminConfig):
    """The admin; every `admin.site` is the desk."""

    default_site = "thriftshop.desk.site.Desk"

    def ready(self) -> None:
        """Rename Django's app of groups, and create the groups of staff in a new shop."""
        super().ready()
        # The app of the event tables is below the desk, so Django does not find their admin there.
        from thriftshop.desk import admin as _event_pages  # noqa: F401

        if any(config.has_admin for config in contexts.hosted()):
            from thriftshop.desk import overview

            sampling.register("overview", overview.sample)
        # After the permissions of all apps are created: this app is listed after them.
        post_migrate.connect(_create_groups, sender=self)
        if settings.AUTH_USER_MODEL == "auth.User":
            _log_in_by_contract()
        apps.get_app_config("auth").verbose_name = "Rights"


def _create_groups(using: str, **_: Any) -> None:
    from thriftshop.desk import groups

    groups.create(using)


def _log_in_by_contract() -> None:
    """Remove the accounts from the admin if another process keeps them; groups and their permissions stay."""
    from django.contrib.auth.models import User

    from thriftshop.desk import login

    admin.site.login_form = login.StaffLoginForm
    admin.site.unregister(User)
