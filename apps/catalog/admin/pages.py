"""What all pages of the catalog's admin share: their frame, and the log of what staff did."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def page(model_admin: admin.ModelAdmin[Any], request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page of a model's, in the admin's frame."""
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
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, row: Model, what: str, *, added: bool = False
) -> None:
    """Records in the admin's log what a member of staff did."""
    record = model_admin.log_addition if added else model_admin.log_change
    record(request, row, what[:500])
