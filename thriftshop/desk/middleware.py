"""Calls from the admin: the member of staff who is logged in is the viewer, the page's context the caller."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from idl import common
from thriftshop import call_context, identity
from thriftshop.desk import backends
from thriftshop.telemetry import tracing


class StaffViewer:
    """Sets the call context in `/admin/<context>/...`: the context is the caller, the member of staff the viewer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the member of staff as the viewer, if one is logged in."""
        parts = request.path_info.strip("/").split("/")
        context = {"traceparent": tracing.child(request.headers.get("traceparent", ""))}
        if parts[0] == "admin" and len(parts) > 1 and request.user.is_authenticated and request.user.is_staff:
            viewer = common.Viewer(id=backends.id_of(request.user), role=common.Role.STAFF)
            context |= {"caller": parts[1], "viewer": identity.sign(viewer)}
        with call_context.using(**context):
            return self.get_response(request)
