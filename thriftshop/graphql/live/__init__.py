"""Subscriptions over WebSockets and server-sent events, fed by the broadcast of events. Knows no context."""

from thriftshop.graphql.live.fields import field, finds
from thriftshop.graphql.live.hub import end_session, is_followed, notify
from thriftshop.graphql.live.sources import Load, Source, State

__all__ = ["Load", "Source", "State", "end_session", "field", "finds", "is_followed", "notify"]
