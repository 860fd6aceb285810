"""Logging as Django's settings describe it."""

from typing import Any


def make_logging(format_: str, level: str, folder: str = "") -> dict[str, Any]:
    """Django's LOGGING: on the console, as `json` or `text`, to a collector, and in files of a folder, if one is named."""
    handlers: dict[str, Any] = {
        "console": {"class": "logging.StreamHandler", "formatter": format_, "filters": ["call_context"]},
        "collector": {"class": "thriftshop.telemetry.otlp_logs.Handler"},
    }
    if folder:
        of_folder = {"class": "thriftshop.telemetry.log_files.Folder", "folder": folder}
        handlers["folder"] = {**of_folder, "formatter": "json", "filters": ["call_context"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"call_context": {"()": "thriftshop.telemetry.logs.AddCallContext"}},
        "formatters": {
            "json": {"()": "thriftshop.telemetry.logs.JsonFormatter"},
            "text": {"()": "thriftshop.telemetry.logs.TextFormatter"},
        },
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # It would report each attempt to connect; callers report a missing connection themselves.
            "psycopg.pool": {"level": "ERROR"},
            "kafka": {"level": "CRITICAL"},
        },
    }
