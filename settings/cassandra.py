"""Cassandra, for the contexts whose streams EVENT_STORES puts there."""

from settings import variables

CASSANDRA_HOSTS = variables.names("CASSANDRA_HOSTS", ["127.0.0.1"])
CASSANDRA_PORT = variables.number("CASSANDRA_PORT", 9042)
CASSANDRA_DATACENTER = variables.text("CASSANDRA_DATACENTER", "datacenter1")
CASSANDRA_KEYSPACE = variables.text("CASSANDRA_KEYSPACE", "thriftshop")
CASSANDRA_REPLICAS = variables.number("CASSANDRA_REPLICAS", 3)
# The number of shards of new topics; a topic keeps the number with which it was begun.
CASSANDRA_SHARDS = variables.number("CASSANDRA_SHARDS", 2)
# Before the names of topics, so that several shops can share a keyspace.
CASSANDRA_PREFIX = variables.text("CASSANDRA_PREFIX", "")
CASSANDRA_TIMEOUT_SECONDS = variables.decimal("CASSANDRA_TIMEOUT_SECONDS", 5.0)
CASSANDRA_USER = variables.text("CASSANDRA_USER", "")
CASSANDRA_PASSWORD = variables.text("CASSANDRA_PASSWORD", "")
CASSANDRA_TLS = variables.flag("CASSANDRA_TLS", False)
CASSANDRA_CA = variables.text("CASSANDRA_CA", "")
CASSANDRA_CERTIFICATE = variables.text("CASSANDRA_CERTIFICATE", "")
CASSANDRA_CERTIFICATE_KEY = variables.text("CASSANDRA_CERTIFICATE_KEY", "")
