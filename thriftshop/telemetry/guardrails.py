"""Guardrails: figures of the business that a new version must not make worse, which contexts declare as `GUARDRAILS`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A share of counters: `bad` of `total`. Up to `budget` it is no fault, whatever the running version's is."""

    title: str
    bad: str
    total: str
    budget: float = 0.0
