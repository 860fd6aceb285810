"""The category tree in the admin."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import forms, labels, pages
from apps.catalog.models import Category
from idl import catalog
from thriftshop import rpc


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    """The category tree."""

    search_fields = ("name",)

    class Media:
        css = {"all": ["catalog/admin.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The whole tree, with counts of products on sale."""
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
        category = Category.objects.filter(id=category_id).first()
        if category is None:
            raise Http404("There is no such category.")
        return category

    def _edit(self, request: HttpRequest, category: Category | None) -> HttpResponse:
        initial = {"parent": request.GET.get("parent", "")}
        if category:
            initial = {
                "name": category.name,
                "slug": category.slug,
                "description": category.description,
                "parent": category.parent_id or "",
            }
        form = forms.CategoryForm(request.POST or None, initial=initial, category=category)
        if request.method == "POST" and form.is_valid() and self._save(request, form, category):
            return HttpResponseRedirect(reverse("admin:catalog_category_changelist"))
        title = category.name if category else "Add a category"
        return pages.page(self, request, "change_form", title=title, form=form, category=category)

    def _save(self, request: HttpRequest, form: forms.CategoryForm, category: Category | None) -> bool:
        if category is None and not _is_new(form):
            return False
        try:
            saved = rpc.connect(catalog.CatalogService).put_category(category.id if category else None, form.to_input())
        except labels.REFUSALS as refusal:
            field = {"parent_id": "parent"}.get(getattr(refusal, "field", None) or "", getattr(refusal, "field", None))
            form.add_error(field if field in form.fields else None, labels.message_of(refusal))
            return False
        log = self.log_change if category else self.log_addition
        log(request, Category.objects.get(id=saved.id), "saved")
        messages.success(request, f"The category {saved.name} was {'changed' if category else 'added'}.")
        return True

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The confirmation page, and the removal."""
        category = self._category(object_id)
        if not self.has_delete_permission(request, category):
            raise PermissionDenied
        if request.method == "POST":
            self._remove(request, category)
            return HttpResponseRedirect(reverse("admin:catalog_category_changelist"))
        return pages.page(
            self,
            request,
            "remove",
            title=f"Remove {category.name}?",
            category=category,
            products=category.products.count(),
        )

    def _remove(self, request: HttpRequest, category: Category) -> None:
        try:
            rpc.connect(catalog.CatalogService).remove_category(category.id)
        except labels.REFUSALS as refusal:
            messages.error(request, f"Nothing was changed. {labels.message_of(refusal)}")
        else:
            self.log_deletions(request, cast("QuerySet[Category]", [category]))  # log_deletions only iterates over it
            messages.success(request, f"The category {category.name} was removed; its products stay.")


def _is_new(form: forms.CategoryForm) -> bool:
    """Whether a category to be added does not exist yet, because `put_category` would overwrite it. Otherwise adds an error."""
    slug, name, parent = (form.cleaned_data[field] for field in ("slug", "name", "parent"))
    if slug and Category.objects.filter(slug=slug).exists():
        form.add_error("slug", "Another category has this slug.")
    elif not slug and Category.objects.filter(name=name, parent=parent or None).exists():
        form.add_error("name", "A category with this name already exists here. Change that one instead.")
    return form.is_valid()


def _depth_first(tree: list[catalog.Category]) -> list[catalog.Category]:
    """The tree in depth-first order."""
    names = {category.id: category.name.casefold() for category in tree}
    return sorted(tree, key=lambda category: [(names[ancestor_id], ancestor_id) for ancestor_id in category.path])
