"""The groups of colleagues that a new shop has: nobody needs every right to pack, to buy, to help or to keep the books."""

from django.contrib.auth.models import Group, Permission

# What each may do at the desk, as `context.right_thing`. Given once: from then on they are the shop's own to change.
GROUPS = {
    "Packing": ("orders.view_order", "orders.change_order", "inventory.view_level", "inventory.view_movement"),
    "Buying": (
        "catalog.view_product",
        "catalog.add_product",
        "catalog.change_product",
        "catalog.view_category",
        "catalog.add_category",
        "catalog.change_category",
        "inventory.view_level",
        "inventory.change_level",
        "inventory.view_movement",
    ),
    "Customer care": (
        "orders.view_order",
        "orders.change_order",
        "orders.view_letter",
        "cart.view_cartsummary",
        "users.view_user",
        "users.change_user",
        "sessions.view_session",
        "sessions.change_session",
    ),
    "Books": (
        "orders.view_order",
        "orders.view_entry",
        "orders.view_cardentry",
        "orders.view_adjustment",
        "orders.add_adjustment",
    ),
}


def found(using: str) -> None:
    """Founds the groups after a migration, where there are none yet, each with those of its rights that there are here."""
    if Group.objects.using(using).exists():
        return
    rights = {
        f"{right.content_type.app_label}.{right.codename}": right
        for right in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in GROUPS.items():
        group = Group.objects.using(using).create(name=name)
        group.permissions.set([rights[one] for one in wanted if one in rights])
