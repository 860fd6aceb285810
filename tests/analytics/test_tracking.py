"""Tracking through the contract: what is recorded, what is set apart, and what is linked."""

import threading

import pytest
from django.db import connection

from apps.analytics import models, reactions
from apps.analytics.service import recovery, tracking
from idl import analytics, users
from tests.analytics import visitors
from tests.analytics.visitors import DAY, NOW, VISITOR, batch, recorded, track, tracked
from tests.recommender.shop import append_events
from thriftshop import rpc
from thriftshop.events import groups, processor

pytestmark = pytest.mark.django_db
ACCOUNT = analytics.Consent.ACCOUNT


def exclusions() -> dict[str, int]:
    counts = models.Exclusion.objects.values_list("reason", "events")
    return dict(counts)


def links() -> dict[str, str]:
    return dict(models.VisitorLink.objects.values_list("visitor_id", "customer_id"))


def test_events_are_recorded_in_the_stream_of_their_visitor(transport):
    first = tracked(1, at=NOW - 5_000)
    search = tracked(2, "search_performed", query="Mugs", results=0)
    assert track(batch(first, search)) == analytics.TrackResult(recorded=2, repeated=0, set_apart=0)
    page, searched = recorded()
    assert (page.event, page.occurred_at) == (analytics.PageViewed(session=visitors.SESSION, path="/"), NOW - 5_000)
    assert (searched.event.query, searched.event.results, searched.occurred_at) == ("mugs", 0, NOW)
    assert page.context.viewer is None


def test_an_event_that_is_sent_again_is_recorded_once():
    events = [tracked(1), tracked(2), tracked(1)]
    assert track(batch(*events)) == analytics.TrackResult(recorded=2, repeated=1, set_apart=0)
    assert track(batch(*events, tracked(3))) == analytics.TrackResult(recorded=1, repeated=3, set_apart=0)
    assert [record.version for record in recorded()] == [1, 2, 3]
    assert exclusions() == {"repeated": 4}


def test_the_same_id_of_another_visitor_is_another_event():
    other = "visitor-0000000002"
    assert track(batch(tracked(1)), batch(tracked(1), visitor=other)).recorded == 2
    assert len(recorded()) == len(recorded(other)) == 1


@pytest.mark.django_db(transaction=True)
def test_processes_that_record_events_of_one_visitor_at_once_lose_none():
    results = []

    def send(worker: int) -> None:
        for number in range(10):
            # The even ones are the same for all.
            unique = number if number % 2 == 0 else 1_000 * worker + number
            results.append(track(batch(tracked(unique))).recorded)
        connection.close()

    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 5 + 4 * 5
    assert [record.version for record in recorded()] == list(range(1, 26))


def test_invalid_events_are_set_apart_and_counted_by_reason():
    invalid = [
        tracked(1, "page_left"),
        tracked(2, path="/" + "a" * 10_000),
        tracked(3, at=NOW - 3 * 365 * DAY),
        tracked(4, "search_performed", query="mug"),
        tracked(5, "search_performed", query="mug", results="3"),
        tracked(6, "search_performed", query="mug", results=2**70),
        analytics.EventInput(id="x", kind="page_viewed", occurred_at=NOW, properties="{}"),
    ]
    result = track(batch(*invalid, tracked(7)))
    assert result == analytics.TrackResult(recorded=1, repeated=0, set_apart=7)
    assert exclusions() == {"unknown kind": 1, "too long": 1, "clock": 1, "invalid": 3, "invalid id": 1}
    kept = models.SetApartEvent.objects.get(event_id="event-000004")
    assert (kept.reason, kept.problem) == ("invalid", "SearchPerformed.results is required.")
    track(batch(*invalid))
    assert models.SetApartEvent.objects.count() == 7


def test_a_batch_without_pseudonyms_is_set_apart_whole():
    assert track(batch(tracked(1), visitor="ann"), batch(tracked(1))).set_apart == 1
    assert models.SetApartEvent.objects.get().visitor_id == "ann"
    assert len(recorded()) == 1


def test_a_flood_of_invalid_events_is_counted_but_not_kept(monkeypatch):
    monkeypatch.setattr(tracking, "MAX_SET_APART", 3)
    large = analytics.EventInput(id="event-large", kind="page_viewed", occurred_at=NOW, properties="x" * 20_001)
    track(batch(large, *[tracked(number, "page_left") for number in range(5)]))
    assert exclusions() == {"unknown kind": 5, "too long": 1}
    assert models.SetApartEvent.objects.count() == 3


def test_zero_bytes_and_lone_surrogates_do_no_harm():
    texts = ["/a\0b", "/\ud800"]
    track(batch(*[tracked(number, path=text) for number, text in enumerate(texts)], tracked(8, "\0")))
    assert recorded()[0].event.path == "/ab"


def test_invalid_events_can_be_recorded_later(monkeypatch):
    track(batch(tracked(1, path="/" + "a" * 600), tracked(2, "page_left")))
    monkeypatch.setattr(analytics, "MAX_TEXT", 1_000)
    waiting = list(models.SetApartEvent.objects.order_by("event_id"))
    assert recovery.validate_again(waiting) == (1, 1)
    assert [record.occurred_at for record in recorded()] == [NOW]
    assert list(models.SetApartEvent.objects.order_by("event_id").values_list("recorded", flat=True)) == [True, False]


def test_without_consent_nothing_is_recorded():
    assert track(batch(tracked(1), tracked(2, "page_left"), consent=analytics.Consent.NONE)).recorded == 0
    assert recorded() == []
    assert not models.SetApartEvent.objects.exists()


def test_a_visitor_is_linked_with_an_account_only_while_they_consent():
    track(batch(tracked(1), customer_id="ann"))
    assert links() == {}
    track(batch(tracked(2), customer_id="ann", consent=ACCOUNT))
    assert links() == {VISITOR: "ann"}
    track(batch(tracked(3), consent=ACCOUNT))  # logged out
    assert links() == {VISITOR: "ann"}
    track(batch(consent=analytics.Consent.ANALYTICS))
    assert links() == {}
    assert all("ann" not in str(record) for record in recorded())


def test_the_cart_of_an_account_is_recorded_only_with_consent_to_the_link():
    used = tracked(1, "cart_used", cart_id="customer-ann")
    assert track(batch(used, tracked(2, "cart_used", cart_id="guest-1"))).recorded == 1
    assert track(batch(used, consent=ACCOUNT)).recorded == 1


def test_links_are_erased_with_the_account_for_good():
    other = "visitor-0000000002"
    track(batch(consent=ACCOUNT, customer_id="ann"), batch(consent=ACCOUNT, customer_id="ben", visitor=other))
    models.CartUse.objects.create(
        cart_id="customer-ann", visitor_id=VISITOR, session_id=visitors.SESSION, used_at=NOW, recorded_at=NOW
    )
    append_events("users", "ann", users.UserErased(id="ann"))
    while processor.process(groups.get("analytics.erasure")):
        pass
    assert links() == {other: "ben"}
    assert not models.CartUse.objects.exists()
    track(batch(consent=ACCOUNT, customer_id="ann"))
    assert links() == {other: "ben"}


def test_exclusions_of_the_gateway_are_added_to_the_counts_of_the_day():
    for count in (2, 3):
        track(exclusions=[analytics.Exclusion(reason="bot", events=count)])
    assert exclusions() == {"bot": 5}


def test_old_invalid_events_are_deleted(monkeypatch):
    track(batch(tracked(1, "page_left")), batch(tracked(2, "page_left"), received_at=NOW + 40 * DAY))
    monkeypatch.setattr(reactions.clock, "now", lambda: NOW + 41 * DAY)
    reactions.sweep()
    assert models.SetApartEvent.objects.get().event_id == "event-000002"


@pytest.mark.parametrize("caller", ["recommender", ""])
def test_others_may_not_track(caller):
    from tests import acting

    with acting.as_service(caller), pytest.raises(rpc.NotAllowed):
        rpc.connect(analytics.AnalyticsService).track([], [])
