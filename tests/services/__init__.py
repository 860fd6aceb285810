"""Kafka, Cassandra and PostgreSQL on this machine, for development and tests: `make services`, `make services-down`."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "services"
"""What the services keep; ignored by Git."""
