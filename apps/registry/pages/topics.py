"""Pages of topics: their events, producer, allowed readers and current consumer groups."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.registry import access, places, running
from apps.registry import topics as registered
from apps.registry.pages import frame
from thriftshop import contracts


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event: the member of the union, its struct and its fields."""

    member: contracts.Field
    struct: contracts.Struct
    href: str
    fields: list[tuple[contracts.Field, list[places.TypeText]]]


@access.page
def overview(request: HttpRequest) -> HttpResponse:
    """All topics."""
    rows = [(topic, places.topic(topic.name)) for topic in registered.all_of(contracts.live())]
    return frame.show(request, "topics", [frame.Crumb("Topics", "")], {"topics": rows})


@access.page
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """A topic with its events."""
    library = contracts.live()
    registered_topic = registered.of(library, name)
    if registered_topic is None:
        return frame.missing(request, f"There is no topic {name!r}.")
    context = {
        "topic": registered_topic,
        "following": _following(registered_topic),
        "events": [_event(library, registered_topic, member) for member in registered_topic.union.fields],
        "contract": places.contract(registered_topic.name),
        "union": places.declaration(registered_topic.name, registered_topic.union.name),
        "envelope": places.declaration("events", "Envelope"),
    }
    trail = [frame.Crumb("Topics", reverse("registry:topics")), frame.Crumb(registered_topic.name, "")]
    return frame.show(request, "topic", trail, context)


def _following(topic: registered.Topic) -> list[dict[str, Any]]:
    """The current consumer groups of a topic; `known` if the contract allows their context to read it."""
    allowed = {topic.producer, *topic.readers}
    groups = {group.name for process in running.processes() for group in process.groups if group.topic == topic.name}
    return [{"group": name, "known": name.partition(".")[0] in allowed} for name in sorted(groups)]


def _event(library: contracts.Library, topic: registered.Topic, member: contracts.Field) -> EventRow:
    home, name = library.home(topic.name, member.type.name)
    struct = library[home].by_name[name]
    if not isinstance(struct, contracts.Struct):
        raise TypeError(f"{topic.name}.{member.name} is not a struct, as events must be.")
    fields = [(field, places.of_type(library, home, field.type)) for field in struct.fields]
    return EventRow(member, struct, places.declaration(home, name), fields)
