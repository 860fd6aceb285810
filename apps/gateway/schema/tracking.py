"""Tracking: what visitors do, as far as they consent."""

import hashlib
import json
import math

import graphene
from django.conf import settings

from apps.gateway import flags, tracking
from apps.gateway.schema.types import input_field, types
from idl import analytics, common
from thriftshop import clock
from thriftshop.contact import networks
from thriftshop.graphql import derive, global_ids, rates
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context, Incoming, Input, Payload

CONSENT_HEADERS = ("dnt", "sec-gpc")
MAX_PSEUDONYM = 64

buckets = rates.Buckets()


async def track(context: Context, arguments: Input) -> Payload:
    """Accept the events; a thread sends them to the analytics service."""
    incoming, events = context.incoming, arguments["events"]
    _check(arguments)
    _charge(incoming, len(events))
    batch = _batch(context, arguments)
    excluded = _exclusion(context, batch)
    if excluded:
        tracking.BUFFER.exclude(excluded, len(batch.events))
        batch.events, batch.customer_id, batch.consent = [], None, analytics.Consent.NONE
    else:
        batch.variants = await flags.variants_of(batch.visitor_id) or None
    # Without events it still unlinks the visitor.
    tracking.BUFFER.put(batch, incoming.headers.get("user-agent", "")[: tracking.MAX_USER_AGENT])
    return {"accepted": 0 if excluded else len(events)}


def _check(arguments: Input) -> None:
    """Raise InvalidInput for a batch that is too large, or without pseudonyms."""
    if len(arguments["events"]) > analytics.MAX_EVENTS:
        message = f"Send at most {analytics.MAX_EVENTS} events at once, not {len(arguments['events']):,}."
        raise common.InvalidInput(message=message, field="events")
    for name in ("visitor_id", "session_id"):
        if not 16 <= len(arguments[name]) <= MAX_PSEUDONYM:
            message = f"Choose a random id of 16 to {MAX_PSEUDONYM} letters, digits, - and _."
            raise common.InvalidInput(message=message, field=name)


def _charge(incoming: Incoming, events: int) -> None:
    """Raise TooManyEvents for an address that sends too many."""
    per_minute = settings.TRACK_RATE_ADDRESS
    if not per_minute:
        return
    address = networks.network(incoming.address) or incoming.address
    seconds = math.ceil(buckets.take(address[: rates.MAX_KEY], max(events, 1), per_minute))
    if seconds:
        tracking.BUFFER.exclude(tracking.FLOOD, events)
        message = f"The limit is {per_minute:,} events a minute. Try again in {seconds} s."
        raise analytics.TooManyEvents(message=message, retry_after_seconds=seconds)


def _batch(context: Context, arguments: Input) -> analytics.TrackedBatch:
    batch = derive.to_struct(analytics.TrackedBatch, arguments)
    batch.received_at = clock.now()
    batch.events = [derive.to_struct(analytics.EventInput, event) for event in arguments["events"]]
    if arguments.get("cart_id"):
        batch.events.append(_cart_used(batch, arguments["cart_id"]))
    viewer = context.viewer
    if viewer is not None and batch.consent == analytics.Consent.ACCOUNT:
        batch.customer_id = viewer.id
    return batch


def _cart_used(batch: analytics.TrackedBatch, global_id: str) -> analytics.EventInput:
    """The event that connects a cart with the session; with the same id each time, it is recorded once."""
    kind, cart_id = global_ids.split(global_id) or ("", "")
    if kind != "Cart":
        raise common.InvalidInput(message="This is not the id of a cart.", field="cart_id")
    event_id = hashlib.sha256(f"{batch.session_id} {cart_id}".encode()).hexdigest()[:40]
    properties = json.dumps({"cart_id": cart_id})
    return analytics.EventInput(id=event_id, kind="cart_used", occurred_at=batch.sent_at, properties=properties)


def _exclusion(context: Context, batch: analytics.TrackedBatch) -> str:
    """Why the events of a batch are not recorded; empty if they are."""
    if any(context.incoming.headers.get(name) == "1" for name in CONSENT_HEADERS):
        return tracking.DO_NOT_TRACK
    if batch.consent == analytics.Consent.NONE:
        return tracking.NO_CONSENT
    return tracking.STAFF if context.is_staff else ""


EVENT = types.input(analytics.EventInput)
MUTATIONS = {
    "track": mutation(
        types,
        "Track",
        (analytics.AnalyticsService, "track"),
        track,
        success={
            "accepted": graphene.Int(
                required=True, description="The number of accepted events: 0 without consent. They are validated later."
            )
        },
        arguments={
            **types.chosen(analytics.TrackedBatch, "visitor_id", "session_id", "consent", "sent_at", "events"),
            "cart_id": input_field(
                graphene.ID,
                "The cart that is used in this session, if any: what happens to it counts for it.",
                must=False,
            ),
        },
        description="Tracks what a visitor does. It can be sent by a beacon; invalid events are set apart.",
    )
}
