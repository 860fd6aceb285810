"""Product images, and the pages that e-mails link to, which use GraphQL like any client."""

from django.urls import path
from django.views.generic import TemplateView

from apps.gateway import ofrep
from idl import catalog
from thriftshop import call_context, media, rpc


def _fetch(name: str) -> catalog.MediaFile:
    with call_context.using(caller="gateway"):
        return rpc.connect(catalog.CatalogService).get_media(name)


urlpatterns = [
    path("ofrep/v1/evaluate/flags", ofrep.evaluate_all),
    path("ofrep/v1/evaluate/flags/<str:key>", ofrep.evaluate_flag),
    media.route(media.Cache(_fetch).get),
    path("account/verify-email", TemplateView.as_view(template_name="gateway/verify_email.html")),
    path("account/find-order", TemplateView.as_view(template_name="gateway/find_order.html")),
    path("account/guest-order", TemplateView.as_view(template_name="gateway/guest_order.html")),
    path("account/reset-password", TemplateView.as_view(template_name="gateway/reset_password.html")),
]
