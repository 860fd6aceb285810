"""Logging as Django's settings describe it."""

from typing import Any


def make_logging(format_: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for one handler on the console, as `json` or `text`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"call_context": {"()": "thriftshop.telemetry.logs.AddCallContext"}},
        "formatters": {
            "json": {"()": "thriftshop.telemetry.logs.JsonFormatter"},
            "text": {"()": "thriftshop.telemetry.logs.TextFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": format_, "filters": ["call_context"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # It would report each attempt to connect; callers report a missing connection themselves.
            "psycopg.pool": {"level": "ERROR"},
        },
    }
