"""The groups of staff of a new shop, with the permissions that each context declares in `staff_groups`."""

from django.contrib.auth.models import Group, Permission

from thriftshop import contexts


def declared() -> dict[str, list[str]]:
    """The permissions of each group, as `orders.view_order`."""
    groups: dict[str, list[str]] = {}
    for config in sorted(contexts.all_contexts(), key=lambda context: context.menu_order):
        for group, codenames in config.staff_groups.items():
            groups.setdefault(group, []).extend(f"{config.label}.{codename}" for codename in codenames)
    return groups


def create(using: str) -> None:
    """Create the groups, unless there are any: the shop may have changed them.

    A group has only permissions that exist here: those of the contexts that this process hosts.
    """
    if Group.objects.using(using).exists():
        return
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, codenames in declared().items():
        group = Group.objects.using(using).create(name=name)
        group.permissions.set([permissions[codename] for codename in codenames if codename in permissions])
