"""Fixtures: what a collector receives, and recording in the tests' own process."""

import pytest

from tests.tracing.receiver import Receiver
from thriftshop.telemetry import otlp


@pytest.fixture(scope="package")
def collector():
    """A collector for the processes of all tests."""
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def exported(settings):
    """The spans that this process exports, each as soon as its trace is kept; every trace is sampled."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    settings.OTEL_TRACES_SAMPLER_ARG = 1.0
    exporter = InMemorySpanExporter()
    otlp.start_with(SimpleSpanProcessor(exporter))
    yield exporter.get_finished_spans
    otlp.stop()
