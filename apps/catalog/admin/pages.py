"""The context shared by the pages of the catalog's admin, and the admin log."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def page(model_admin: admin.ModelAdmin[Any], request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page of a model admin, with the context of the admin site."""
    opts = model_admin.opts
    shared = {
        **model_admin.admin_site.each_context(request),
        "opts": opts,
        "has_change_permission": model_admin.has_change_permission(request),
        "has_add_permission": model_admin.has_add_permission(request),
        "media": model_admin.media,
    }
    return TemplateResponse(request, f"admin/catalog/{opts.model_name}/{template}.html", shared | context)


def log(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, row: Model, message: str, *, added: bool = False
) -> None:
    """Record an action of a member of staff in the admin log."""
    record = model_admin.log_addition if added else model_admin.log_change
    record(request, row, message[:500])
