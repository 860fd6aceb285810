"""Django's admin under its own label, with the desk as its site, and the contexts as the staff know them."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate

# In the order of the staff's work; what is not named here follows.
CONTEXTS = {
    "orders": ("Orders", "What customers bought: ship, cancel, take back, refund."),
    "catalog": ("Catalog", "What the shop sells, in which category, at what price."),
    "inventory": ("Inventory", "What is on the shelves, and how it got there."),
    "cart": ("Carts", "What is about to be bought."),
    "users": ("People", "Customers and colleagues: close, open and help accounts."),
    "sessions": ("Sessions", "Who is logged in, on which device."),
    "auth": ("Rights", "What groups of colleagues may do."),
    "recommender": ("Recommender", "What the shop learnt from what was bought."),
    "events": ("Events", "All that happened, who has yet to take it, and what could not be taken."),
}


class DeskConfig(AdminConfig):
    """The admin; every `admin.site` is the desk."""

    default_site = "thriftshop.desk.site.Desk"

    def ready(self) -> None:
        """Gives the hosted contexts their names, wherever the admin shows them, and a new shop its groups of colleagues."""
        super().ready()
        # Told once a migration, after all contexts, for they stand before it.
        post_migrate.connect(_found_groups, sender=self)
        if settings.AUTH_USER_MODEL == "auth.User":
            _let_in_by_contract()
        for config in apps.get_app_configs():
            if config.label in CONTEXTS:
                config.verbose_name, _ = CONTEXTS[config.label]


def _found_groups(using: str, **_: Any) -> None:
    from thriftshop.desk import groups

    groups.found(using)


def _let_in_by_contract() -> None:
    """Where the users are elsewhere, their accounts are no business of this admin; what groups may do here is."""
    from django.contrib.auth.models import User

    from thriftshop.desk import login

    admin.site.login_form = login.StaffLoginForm
    admin.site.unregister(User)
