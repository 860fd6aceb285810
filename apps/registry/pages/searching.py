"""The search page."""

from django.http import HttpRequest, HttpResponse

from apps.registry import access
from apps.registry import search as searched
from apps.registry.pages import frame


@access.page
def search(request: HttpRequest) -> HttpResponse:
    """Search results for `?q=`."""
    words = request.GET.get("q", "").strip()[: searched.MAX_QUERY]
    found = searched.find(words)
    context = {
        "searched": words,
        "found": found[: searched.MAX_RESULTS],
        "count": len(found),
        "most": searched.MAX_RESULTS,
    }
    return frame.show(request, "search", [frame.Crumb("Search", "")], context)
