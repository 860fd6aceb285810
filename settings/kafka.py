"""Kafka, for the topics whose feed EVENT_FEEDS puts there."""

from settings import variables

KAFKA_SERVERS = variables.names("KAFKA_SERVERS", ["127.0.0.1:9092"])
KAFKA_CLIENT = variables.text("KAFKA_CLIENT", "kafka-python")
# Before the names of topics and groups, so that several shops can share a cluster.
KAFKA_PREFIX = variables.text("KAFKA_PREFIX", "")
# Partitions of new topics, in place of those in the contracts; 0 for those.
KAFKA_PARTITIONS = variables.number("KAFKA_PARTITIONS", 0)
KAFKA_REPLICAS = variables.number("KAFKA_REPLICAS", 3)
# How many replicas must have stored an event before it counts as published.
KAFKA_MIN_IN_SYNC = variables.number("KAFKA_MIN_IN_SYNC", 2)
KAFKA_TIMEOUT_SECONDS = variables.decimal("KAFKA_TIMEOUT_SECONDS", 5.0)
# The topic to which each server publishes its metrics for InfluxDB, without the prefix; empty: it does not.
METRICS_TOPIC = variables.text("METRICS_TOPIC", "")
METRICS_SECONDS = variables.number("METRICS_SECONDS", 5)
METRICS_INSTANCE = variables.text("METRICS_INSTANCE", "")
# Points that wait in memory while Kafka does not answer; how long Kafka keeps them for InfluxDB; the partitions.
METRICS_MAX_POINTS = variables.number("METRICS_MAX_POINTS", 100_000)
METRICS_HOURS = variables.number("METRICS_HOURS", 24)
METRICS_PARTITIONS = variables.number("METRICS_PARTITIONS", 3)
KAFKA_TLS = variables.flag("KAFKA_TLS", False)
KAFKA_CA = variables.text("KAFKA_CA", "")
KAFKA_CERTIFICATE = variables.text("KAFKA_CERTIFICATE", "")
KAFKA_CERTIFICATE_KEY = variables.text("KAFKA_CERTIFICATE_KEY", "")
KAFKA_USER = variables.text("KAFKA_USER", "")
KAFKA_PASSWORD = variables.text("KAFKA_PASSWORD", "")
KAFKA_SASL = variables.text("KAFKA_SASL", "SCRAM-SHA-512")
