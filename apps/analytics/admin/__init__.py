"""Analytics in the admin."""

from apps.analytics.admin import dashboard, tracking

__all__ = ["dashboard", "tracking"]
