"""What every page of the catalog's own in the admin has in common."""

from typing import Any

from django.contrib import admin
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
