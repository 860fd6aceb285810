"""The search page."""

from django.http import HttpRequest, HttpResponse

from apps.registry import access
from apps.registry import search as searched
from apps.registry.pages import frame


@access.page
def search(request: HttpRequest) -> HttpResponse:
    """Search results for `?q=`."""
    words = request.GET.get("q", "").strip()[: searched.LONGEST]
    found = searched.find(words)
    shown = {"searched": words, "found": found[: searched.MOST], "count": len(found), "most": searched.MOST}
    return frame.show(request, "search", [frame.Crumb("Search", "")], shown)
