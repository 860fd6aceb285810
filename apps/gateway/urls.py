"""The few pages that customers reach from an e-mail; they speak GraphQL like any other client."""

from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [
    path("account/verify-email", TemplateView.as_view(template_name="gateway/verify_email.html")),
    path("account/find-order", TemplateView.as_view(template_name="gateway/find_order.html")),
    path("account/guest-order", TemplateView.as_view(template_name="gateway/guest_order.html")),
    path("account/reset-password", TemplateView.as_view(template_name="gateway/reset_password.html")),
]
