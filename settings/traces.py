"""Traces and logs for an OpenTelemetry collector."""

from settings import variables

# A folder for log lines, which `manage.py logs` reads.
LOG_FOLDER = variables.text("LOG_FOLDER", "")

# The collector's address for OTLP over HTTP: http://127.0.0.1:4318; nothing is recorded if empty.
OTEL_EXPORTER_OTLP_ENDPOINT = variables.text("OTEL_EXPORTER_OTLP_ENDPOINT", "")
OTEL_SERVICE_NAME = variables.text("OTEL_SERVICE_NAME", "")
# The share of new traces that are sampled. Traces that fail, or take longer than this in one process, are exported as well,
# at most so many per second and process; so are those that clients of the gateway want sampled.
OTEL_TRACES_SAMPLER_ARG = variables.decimal("OTEL_TRACES_SAMPLER_ARG", 0.01)
# The address of a trace in whatever shows traces: http://127.0.0.1:9411/zipkin/traces/{trace}; the admin links to it.
TRACES_URL = variables.text("TRACES_URL", "")
TRACES_SLOW_SECONDS = variables.decimal("TRACES_SLOW_SECONDS", 1.0)
TRACES_SLOW_SQL_SECONDS = variables.decimal("TRACES_SLOW_SQL_SECONDS", 0.05)
TRACES_KEPT_PER_SECOND = variables.number("TRACES_KEPT_PER_SECOND", 10)
TRACES_REQUESTED_PER_SECOND = variables.number("TRACES_REQUESTED_PER_SECOND", 10)
