"""The mutation `track`: consent, bots, limits, and the buffer between the gateway and the service."""

import json

import pytest
from django.utils import timezone

from apps.analytics import models
from apps.gateway import tracking
from apps.gateway.schema import tracking as schema
from idl import analytics
from tests.analytics.visitors import SESSION, VISITOR, recorded
from tests.gateway import client, shop
from thriftshop import clock, rpc
from thriftshop.graphql import global_ids, rates

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TRACK = """mutation ($input: TrackInput!) { track(input: $input) {
  __typename ... on TrackSuccess { accepted } ... on Refusal { code message } ... on InvalidInput { field } } }"""


@pytest.fixture(autouse=True)
def empty_buffer(monkeypatch):
    monkeypatch.setattr(tracking, "BUFFER", tracking.Buffer())
    monkeypatch.setattr(schema, "buckets", rates.Buckets())


def page(number=1, **fields):
    now = timezone.now().isoformat()
    return {
        "id": f"event-{number:06}",
        "kind": "pageViewed",
        "occurredAt": now,
        "properties": '{"path": "/"}',
        **fields,
    }


def track(*events, token="", user_agent=BROWSER, headers=None, **fields):
    """The result of the mutation, sent as a browser does."""
    values = {"visitorId": VISITOR, "sessionId": SESSION, "consent": "ANALYTICS", "sentAt": timezone.now().isoformat()}
    body = {"query": TRACK, "variables": {"input": {**values, "events": list(events), **fields}}}
    sent = client.send(body, token, user_agent=user_agent, **(headers or {}))
    return json.loads(sent.body)["data"]["track"]


def exclusions() -> dict[str, int]:
    tracking.BUFFER.flush()
    return dict(models.Exclusion.objects.values_list("reason", "events"))


def test_events_are_accepted_at_once_and_recorded_when_the_buffer_is_sent():
    assert track(page(1), page(2)) == {"__typename": "TrackSuccess", "accepted": 2}
    assert recorded() == []
    tracking.BUFFER.flush()
    assert [record.event.path for record in recorded()] == ["/", "/"]
    assert abs(recorded()[0].occurred_at - clock.now()) < 60_000
    assert exclusions() == {}


def test_a_client_whose_clock_is_wrong_by_years_is_recorded_now():
    years_ago = "1999-12-31T23:59:59Z"
    track(page(1, occurredAt=years_ago), sentAt=years_ago)
    tracking.BUFFER.flush()
    assert abs(recorded()[0].occurred_at - clock.now()) < 60_000


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"headers": {"dnt": "1"}}, "do not track"),
        ({"headers": {"sec_gpc": "1"}}, "do not track"),
        ({"consent": "NONE"}, "no consent"),
    ],
)
def test_nothing_is_recorded_without_consent(sent, reason):
    assert track(page(1), page(2), **sent) == {"__typename": "TrackSuccess", "accepted": 0}
    assert exclusions() == {reason: 2}
    assert recorded() == []


@pytest.mark.parametrize("value", ["0", "null", ""])
def test_other_values_of_do_not_track_are_consent(value):
    assert track(page(1), headers={"dnt": value})["accepted"] == 1


@pytest.mark.parametrize(
    "user_agent",
    ["", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0", "GPTBot/1.2"],
)
def test_bots_are_not_recorded(user_agent):
    track(page(1), user_agent=user_agent)
    assert exclusions() == {"bot": 1}
    assert recorded() == []


def test_staff_are_not_recorded():
    sue = shop.someone("sue", staff=True)
    assert track(page(1), token=sue.token)["accepted"] == 0
    assert exclusions() == {"staff": 1}


@pytest.mark.parametrize(("consent", "linked"), [("ACCOUNT", True), ("ANALYTICS", False), ("NONE", False)])
def test_a_customer_is_linked_only_with_their_consent(consent, linked):
    ann = shop.someone("ann")
    track(page(1), token=ann.token, consent="ACCOUNT")
    track(page(2), token=ann.token, consent=consent)
    tracking.BUFFER.flush()
    assert list(models.VisitorLink.objects.values_list("customer_id", flat=True)) == ([ann.id] if linked else [])
    assert all(record.context.viewer is None for record in recorded())


def test_do_not_track_unlinks_a_customer():
    ann = shop.someone("ann")
    track(page(1), token=ann.token, consent="ACCOUNT")
    track(token=ann.token, consent="ACCOUNT", headers={"dnt": "1"})
    tracking.BUFFER.flush()
    assert not models.VisitorLink.objects.exists()


def test_the_cart_of_a_session_is_recorded_once():
    guests = global_ids.encode("Cart", "guest-1")
    track(page(1), cartId=guests)
    track(page(2), cartId=guests)
    tracking.BUFFER.flush()
    assert [record.event.cart_id for record in recorded() if record.kind == "CartUsed"] == ["guest-1"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"visitorId": "ann"}, "visitorId"),
        ({"sessionId": "s" * 65}, "sessionId"),
        ({"cartId": "made up"}, "cartId"),
        ({"cartId": global_ids.encode("Order", "1")}, "cartId"),
    ],
)
def test_batches_without_valid_ids_are_refused(fields, field):
    refusal = track(page(1), **fields)
    assert (refusal["code"], refusal["field"]) == ("INVALID_INPUT", field)
    assert len(tracking.BUFFER) == 0


def test_a_batch_has_at_most_fifty_events():
    assert track(*[page(number) for number in range(50)])["accepted"] == 50
    assert track(*[page(number) for number in range(51)])["field"] == "events"


def test_an_invalid_event_does_not_stop_the_others():
    track(page(1, kind="pageLeft"), page(2, properties=json.dumps({"path": "/" + "a" * 10_000})), page(3))
    assert exclusions() == {"unknown kind": 1, "too long": 1}
    assert len(recorded()) == 1


def test_a_flood_from_one_address_is_refused_and_counted(settings):
    settings.TRACK_RATE_ADDRESS = 100
    results = [track(*[page(40 * batch + number) for number in range(40)]) for batch in range(4)]
    assert [result["__typename"] for result in results] == ["TrackSuccess"] * 2 + ["TooManyEvents"] * 2
    assert exclusions() == {"flood": 80}
    assert len(recorded()) == 80


def test_events_wait_while_the_service_is_away_and_are_counted_when_the_buffer_is_full(settings, monkeypatch):
    settings.TRACK_BUFFER = 3

    def unavailable(*_):
        raise rpc.Unavailable("The service is away.")

    track(page(1), page(2))
    with monkeypatch.context() as away:
        away.setattr(rpc.connect(analytics.AnalyticsService), "track", unavailable)
        with pytest.raises(rpc.Unavailable):
            tracking.BUFFER.flush()
        assert track(page(3), page(4))["accepted"] == 2
        with pytest.raises(rpc.Unavailable):
            tracking.BUFFER.flush()
        assert len(tracking.BUFFER) == 2
    assert exclusions() == {"buffer full": 2}
    assert len(recorded()) == 2


def test_batches_are_sent_in_calls_of_limited_size(monkeypatch):
    sizes = []
    service = rpc.connect(analytics.AnalyticsService)
    send = service.track

    def counted(batches, exclusions):
        sizes.append(sum(len(batch.events) for batch in batches))
        return send(batches, exclusions)

    monkeypatch.setattr(service, "track", counted)
    for batch in range(25):
        track(*[page(50 * batch + number) for number in range(50)])
    tracking.BUFFER.flush()
    assert sizes == [500, 500, 250]
    assert len(recorded()) == 1_250


def test_kinds_of_visitors_are_not_revealed_to_bots():
    assert track(page(1), user_agent="curl/8.5.0") == track(page(2))
