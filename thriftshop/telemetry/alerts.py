"""Alerts with a threshold: the platform's, and those that contexts declare as `ALERTS` in `measures.py`."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How soon somebody must act."""

    PAGE = "page"  # now, at any hour
    TICKET = "ticket"  # in working hours


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert: it fires while the expression (PromQL) has been true for `duration`. docs/runbooks/<name>.md says what to do."""

    name: str
    expression: str
    duration: str
    severity: Severity
    summary: str
