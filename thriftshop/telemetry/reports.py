"""Error reports to Sentry, if SENTRY_DSN is set, without personal data."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from thriftshop.telemetry import logs


def prepared(event: Any, hint: Any) -> Any:
    """An event as it is sent: with the call in which it happened, and texts without personal data."""
    record = logging.makeLogRecord({})
    logs.AddCallContext().filter(record)
    known = logs.context_of(record)
    if trace := known.pop("trace_id", ""):
        event.setdefault("contexts", {})["trace"] = {"trace_id": trace, "span_id": known.pop("span_id", "")}
        event.setdefault("tags", {})["trace_id"] = trace
    event.setdefault("tags", {}).update(known)
    event["extra"] = {name: logs.masked(name, value) for name, value in event.get("extra", {}).items()}
    for crumb in event.get("breadcrumbs", {}).get("values", ()):
        if "data" in crumb:
            crumb["data"] = {name: logs.masked(name, value) for name, value in crumb["data"].items()}
    event.pop("user", None)
    event.pop("request", None)
    return _scrubbed(event)


def _scrubbed(value: Any) -> Any:
    """A value without the personal data that logs do not show either, in all of its texts."""
    if isinstance(value, str):
        return logs.scrubbed(value)
    if isinstance(value, dict):
        return {name: _scrubbed(part) for name, part in value.items()}
    return [_scrubbed(part) for part in value] if isinstance(value, list) else value


def start() -> None:
    """Start reporting, if SENTRY_DSN is set. Raises ImproperlyConfigured for an invalid DSN."""
    if settings.SENTRY_DSN:
        import sentry_sdk  # slow to import, and often not needed

        try:
            sentry_sdk.init(
                dsn=settings.SENTRY_DSN,
                environment=settings.SENTRY_ENVIRONMENT,
                release=f"thriftshop@{settings.VERSION}",
                before_send=prepared,
                send_default_pii=False,
                include_local_variables=False,
                max_request_body_size="never",
                traces_sample_rate=0.0,
            )
        except ValueError as error:
            raise ImproperlyConfigured(
                f"SENTRY_DSN is not a valid DSN: {error}."
                " Copy it from the project's settings in Sentry, or remove the variable."
            ) from error
