"""The admin of groups: permissions as labelled checkboxes."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, Permission

VERBS = {"add": "Add", "change": "Change", "view": "View", "delete": "Remove"}


class RightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A checkbox for each permission."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, right: Any) -> str:
        """`Inventory: view stock levels`."""
        model = right.content_type.model_class()
        verb = VERBS.get(right.codename.partition("_")[0], "")
        if model is None or not verb:
            return str(right)
        return f"{model._meta.app_config.verbose_name}: {verb.lower()} {model._meta.verbose_name_plural}"


class GroupForm(forms.ModelForm[Group]):
    """A group and its permissions for the models in the admin."""

    permissions = RightsField(queryset=Permission.objects.none(), required=False, label="Rights")

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        registered = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]
        rights = Permission.objects.select_related("content_type").order_by("content_type__app_label", "codename")
        keys = [right.pk for right in rights if right.content_type.natural_key() in registered and _has_effect(right)]
        self.fields["permissions"].queryset = rights.filter(pk__in=keys)  # type: ignore[attr-defined]


def _has_effect(right: Any) -> bool:
    """Whether the admin checks this right: not if its model was renamed, or cannot be added to or deleted from."""
    model_admin = admin.site._registry[right.content_type.model_class()]
    request: Any = SimpleNamespace(user=SimpleNamespace(has_perm=lambda *_: True, is_superuser=True))
    verb, _, model_name = right.codename.partition("_")
    if model_name != right.content_type.model:
        return False
    if verb == "add":
        return model_admin.has_add_permission(request)
    return verb != "delete" or model_admin.has_delete_permission(request)


class GroupAdmin(auth_admin.GroupAdmin):
    """Groups of staff."""

    form = GroupForm
    filter_horizontal = ()
    search_fields = ("name",)
    search_help_text = "The name of a group"
    ordering = ("name",)


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)
