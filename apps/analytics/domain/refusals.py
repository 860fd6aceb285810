"""Reasons for which tracked events are not recorded."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an event is set apart, or was sent without effect."""

    UNKNOWN_KIND = "unknown kind"
    MALFORMED = "malformed"
    UNKNOWN_PROPERTY = "unknown property"
    INVALID = "invalid"
    TOO_LONG = "too long"
    INVALID_ID = "invalid id"
    CLOCK = "clock"
    REPEATED = "repeated"


class Invalid(Exception):
    """The event is invalid. `problem` is a sentence for people."""

    def __init__(self, reason: Reason, problem: str) -> None:
        super().__init__(problem)
        self.reason, self.problem = reason, problem
