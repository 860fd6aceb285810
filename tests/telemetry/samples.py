"""Samples of metrics, for tests."""

from prometheus_client import REGISTRY


def value(name: str, /, **labels: str) -> float:
    """The value of a sample of this process; 0 if there is none."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def series(name: str) -> set[frozenset[tuple[str, str]]]:
    """The labels of all samples with this name."""
    return {
        frozenset(sample.labels.items())
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == name
    }
