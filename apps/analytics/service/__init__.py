"""The contract of analytics implemented."""

from apps.analytics.service import segments, tracking
from idl import analytics


class Service(analytics.AnalyticsService):
    """What visitors do in the shop."""

    track = staticmethod(tracking.track)
    get_segments = staticmethod(segments.get_segments)
