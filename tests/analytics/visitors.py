"""Visitors whose events are tracked through the contract."""

import json

from idl import analytics
from tests import acting
from thriftshop import rpc
from thriftshop.events import streams

NOW = 1_780_000_000_000  # 2026-05-28
HOUR = 3_600_000
DAY = 24 * HOUR
VISITOR, SESSION = "visitor-0000000001", "session-0000000001"


def tracked(number: int, kind: str = "page_viewed", at: int = NOW, **properties) -> analytics.EventInput:
    """An event with an id of its number."""
    content = properties or {"path": "/"}
    return analytics.EventInput(id=f"event-{number:06}", kind=kind, occurred_at=at, properties=json.dumps(content))


def batch(*events, visitor=VISITOR, session=SESSION, consent=analytics.Consent.ANALYTICS, **fields):
    """A batch that was sent and received now."""
    times = {"sent_at": NOW, "received_at": NOW} | fields
    return analytics.TrackedBatch(visitor_id=visitor, session_id=session, consent=consent, events=list(events), **times)


def track(*batches, exclusions=()) -> analytics.TrackResult:
    """Track batches as the gateway does."""
    with acting.as_service("gateway"):
        return rpc.connect(analytics.AnalyticsService).track(list(batches), list(exclusions))


def recorded(visitor: str = VISITOR):
    """The recorded events of a visitor."""
    return streams.of("analytics").read({visitor: 0})[visitor]
