"""Dead letters in the admin: replayed per stream and in order, once the cause is fixed."""

import functools

import pytest

from idl import inventory
from tests.users import people
from thriftshop import events
from thriftshop.event_store.models import DeadLetter
from thriftshop.events import effects, groups, progress, streams
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db
LIST = "/admin/events/deadletter/"


class Shelf:
    """What a reaction has done; it fails while `broken`."""

    def __init__(self):
        self.broken, self.handled = True, []

    def handle(self, record):
        if self.broken:
            raise ValueError("the shelf is broken")
        self.handled.append((record.stream, record.version))


@pytest.fixture
def shelf(monkeypatch):
    """A reaction that could not handle two events of one stream and one of another."""
    monkeypatch.setattr(effects.time, "sleep", lambda seconds: None)
    found = Shelf()
    group = events.Reaction("inventory.test", "inventory", found.handle)
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (group,)))
    received = inventory.StockReceived(quantity=1)
    streams.of("inventory").append([Write("MUG", 0, [received, received]), Write("CUP", 0, [received])])
    progress.catch_up()
    return found


@pytest.fixture
def desk(client):
    """The admin, for a superuser."""
    client.force_login(people.a_user("staff@example.com", is_staff=True, is_superuser=True))
    return client


def replay(desk, *letters):
    """Replay dead letters in the admin; give the messages of the page that follows."""
    form = {"action": "replay", "_selected_action": [letter.pk for letter in letters]}
    return [str(message) for message in desk.post(LIST, form, follow=True).context["messages"]]


def test_events_are_replayed_in_the_order_of_their_streams_and_once(shelf, desk):
    waiting = list(DeadLetter.objects.order_by("-version"))
    assert replay(desk, *waiting) == ["inventory.test: 0 replayed, 3 failed again."]
    shelf.broken = False
    assert replay(desk, *waiting) == ["inventory.test: 3 replayed, 0 failed again."]
    assert shelf.handled == [("CUP", 1), ("MUG", 1), ("MUG", 2)]
    assert replay(desk, *waiting) == ["These were replayed already."]


def test_an_event_waits_for_the_earlier_ones_of_its_stream(shelf, desk):
    shelf.broken = False
    later = DeadLetter.objects.get(stream="MUG", version=2)
    assert replay(desk, later) == ["inventory.test: 0 replayed, 1 failed again."]
    assert shelf.handled == []


def test_the_letters_of_a_group_that_this_version_does_not_have_are_left_waiting(shelf, desk):
    DeadLetter.objects.filter(stream="CUP").update(group="inventory.gone")
    shelf.broken = False
    failure, success = sorted(replay(desk, *DeadLetter.objects.all()))
    assert failure.startswith("There is no consumer group 'inventory.gone'")
    assert success == "inventory.test: 2 replayed, 0 failed again."
    assert DeadLetter.objects.get(replayed_at=None).stream == "CUP"
