"""Reactions of experiments: links of erased customers are removed, flags whose end has passed stopped, results settled."""

from apps.experiments.service import flags, settling, subjects
from thriftshop import events


def erase(record: events.Recorded) -> None:
    """Remove the link of an erased customer."""
    subjects.unlink(record.event.id)


REACTIONS = [events.Reaction("experiments.erasure", "users", erase, kinds=frozenset({"UserErased"}))]
JOBS = [
    events.Job("experiments.ended", 60, flags.end_flags),
    events.Job("experiments.results", 2, settling.settle),
]
