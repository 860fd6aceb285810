"""The groups of staff that a new shop has, with the permissions that each context's `staff_groups` names."""

from django.contrib.auth.models import Group, Permission

from thriftshop import contexts


def declared() -> dict[str, list[str]]:
    """The permissions of each group, as `orders.view_order`."""
    groups: dict[str, list[str]] = {}
    for config in sorted(contexts.all_contexts(), key=lambda one: one.menu_order):
        for group, codenames in config.staff_groups.items():
            groups.setdefault(group, []).extend(f"{config.label}.{codename}" for codename in codenames)
    return groups


def create(using: str) -> None:
    """Creates the groups unless there are any: from then on they are the shop's to change.

    A group has only permissions that exist here: those of the contexts that this process hosts.
    """
    if Group.objects.using(using).exists():
        return
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in declared().items():
        group = Group.objects.using(using).create(name=name)
        group.permissions.set([permissions[one] for one in wanted if one in permissions])
