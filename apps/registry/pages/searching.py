"""The search page."""

from django.http import HttpRequest, HttpResponse

from apps.registry import access
from apps.registry import search as searched
from apps.registry.pages import frame


@access.page
def search(request: HttpRequest) -> HttpResponse:
    """Search results for `?q=`."""
    query = request.GET.get("q", "").strip()[: searched.MAX_QUERY]
    entries = searched.find(query)
    context = {
        "searched": query,
        "found": entries[: searched.MAX_RESULTS],
        "count": len(entries),
        "most": searched.MAX_RESULTS,
    }
    return frame.show(request, "search", [frame.Crumb("Search", "")], context)
