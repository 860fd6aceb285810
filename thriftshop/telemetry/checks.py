"""System checks of the settings of traces and logs."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

TRACE = "{trace}"
NOT_NEGATIVE = (
    "TRACES_SLOW_SECONDS",
    "TRACES_SLOW_SQL_SECONDS",
    "TRACES_KEPT_PER_SECOND",
    "TRACES_REQUESTED_PER_SECOND",
)


@register
def settings_of_traces_are_valid(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Check the collector's address, the ratio and the limits."""
    return list(_problems())


def _problems() -> Iterator[CheckMessage]:
    collector = settings.OTEL_EXPORTER_OTLP_ENDPOINT
    if collector and not (urlsplit(collector).scheme in ("http", "https") and urlsplit(collector).netloc):
        yield _error(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            f"{collector!r} is not an address.",
            "Use the collector's for OTLP over HTTP, such as http://127.0.0.1:4318.",
        )
    if settings.TRACES_URL and not (
        settings.TRACES_URL.startswith(("http://", "https://")) and TRACE in settings.TRACES_URL
    ):
        example = f"http://127.0.0.1:9411/zipkin/traces/{TRACE}"
        yield _error("TRACES_URL", f"it is not an address with {TRACE}.", f"Use one such as {example}.")
    if not 0 <= settings.OTEL_TRACES_SAMPLER_ARG <= 1:
        yield _error("OTEL_TRACES_SAMPLER_ARG", "it is not a share of traces.", "Use a number from 0 to 1.")
    for name in NOT_NEGATIVE:
        if getattr(settings, name) < 0:
            yield _error(name, "it is negative.", "Use 0 or more.")


def _error(variable: str, problem: str, hint: str) -> Error:
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")
