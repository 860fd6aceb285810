"""The category tree in the admin."""

from typing import Any, cast

from django import forms as django_forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import forms, pages, wording
from apps.catalog.models import Category
from idl import catalog
from thriftshop import rpc


class CategoryForm(django_forms.Form):
    """A category of the tree."""

    name = django_forms.CharField(label="Name", max_length=100, widget=django_forms.TextInput(attrs=forms.TEXT))
    slug = django_forms.CharField(
        label="Name in addresses",
        max_length=120,
        required=False,
        widget=django_forms.TextInput(attrs=forms.TEXT),
        help_text="Small letters, digits and hyphens; made from the name where left out.",
    )
    description = django_forms.CharField(
        label="Description",
        max_length=1000,
        required=False,
        widget=django_forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    parent = django_forms.ChoiceField(label="Stands below", required=False)

    def __init__(self, *args: Any, category: Category | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        itself = {category.id, *Category.objects.below(category).values_list("id", flat=True)} if category else set()
        choices = [choice for choice in forms.category_choices("(nothing: a root)") if choice[0] not in itself]
        self.fields["parent"] = django_forms.ChoiceField(label="Stands below", required=False, choices=choices)

    def to_input(self) -> catalog.CategoryInput:
        """The category that the contract takes."""
        given = self.cleaned_data
        return catalog.CategoryInput(
            name=given["name"],
            slug=given["slug"] or None,
            description=given["description"],
            parent_id=given["parent"] or None,
        )


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    """The tree in which products stand."""

    search_fields = ("name",)

    class Media:
        css = {"all": ["catalog/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The whole tree with how much is on sale in it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        tree = rpc.connect(catalog.CatalogService).get_categories()
        ordered = _depth_first(tree)
        return pages.page(self, request, "tree", title="Categories", tree=ordered)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form for a new category."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._edit(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form of a category."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return self._edit(request, self._category(object_id))

    def _category(self, category_id: str) -> Category:
        found = Category.objects.filter(id=category_id).first()
        if found is None:
            raise Http404("There is no such category.")
        return found

    def _edit(self, request: HttpRequest, category: Category | None) -> HttpResponse:
        initial = {"parent": request.GET.get("parent", "")}
        if category:
            initial = {
                "name": category.name,
                "slug": category.slug,
                "description": category.description,
                "parent": category.parent_id or "",
            }
        form = CategoryForm(request.POST or None, initial=initial, category=category)
        if request.method == "POST" and form.is_valid() and self._save(request, form, category):
            return HttpResponseRedirect(reverse("admin:catalog_category_changelist"))
        title = category.name if category else "Add a category"
        return pages.page(self, request, "change_form", title=title, form=form, category=category)

    def _save(self, request: HttpRequest, form: CategoryForm, category: Category | None) -> bool:
        if (
            category is None
            and form.cleaned_data["slug"]
            and Category.objects.filter(slug=form.cleaned_data["slug"]).exists()
        ):
            form.add_error("slug", "Another category has this name in addresses.")
            return False
        try:
            saved = rpc.connect(catalog.CatalogService).put_category(category.id if category else None, form.to_input())
        except wording.REFUSALS as refusal:
            field = {"parent_id": "parent"}.get(getattr(refusal, "field", None) or "", getattr(refusal, "field", None))
            form.add_error(field if field in form.fields else None, wording.problem_of(refusal))
            return False
        log = self.log_change if category else self.log_addition
        log(request, Category.objects.get(id=saved.id), "written")
        messages.success(request, f"The category {saved.name} was {'changed' if category else 'added'}.")
        return True

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Asks, and removes."""
        category = self._category(object_id)
        if not self.has_delete_permission(request, category):
            raise PermissionDenied
        if request.method == "POST":
            try:
                rpc.connect(catalog.CatalogService).remove_category(category.id)
            except wording.REFUSALS as refusal:
                messages.error(request, f"Nothing was changed. {wording.problem_of(refusal)}")
            else:
                self.log_deletions(request, cast("QuerySet[Category]", [category]))  # it is only walked through
                messages.success(request, f"The category {category.name} was removed; its products stay.")
            return HttpResponseRedirect(reverse("admin:catalog_category_changelist"))
        return pages.page(
            self,
            request,
            "remove",
            title=f"Remove {category.name}?",
            category=category,
            products=category.products.count(),
        )


def _depth_first(tree: list[catalog.Category]) -> list[catalog.Category]:
    """The tree as one reads it: each category right below the one above it."""
    names = {category.id: category.name.casefold() for category in tree}
    return sorted(tree, key=lambda category: [(names[above], above) for above in category.path])
