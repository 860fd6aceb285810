"""The schedule: periodic jobs of the contexts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from thriftshop import contexts
from thriftshop.events import groups
from thriftshop.telemetry import spans
from thriftshop.telemetry.spans import Kind

_due: dict[str, float] = {}
JOB = Kind("INTERNAL", lambda span: (f"job {span.subject}", {}))


@dataclass(frozen=True, slots=True)
class Job:
    """Periodic work of a context: `run()` every `every_seconds` in each process that hosts it.

    It must be idempotent, also if two processes run it at once.
    """

    name: str
    every_seconds: int
    run: Callable[[], object]


@lru_cache(maxsize=1)
def jobs() -> tuple[Job, ...]:
    """The periodic jobs of the hosted contexts."""
    return tuple(job for config in contexts.hosted() for job in config.jobs)


def run(only_due: bool = False, report: Callable[[Job, Exception], None] = lambda _job, _error: None) -> list[str]:
    """Run all jobs, or those that are due; return their names. What a job raises is reported within its trace."""
    ran = []
    for job in jobs():
        if only_due and time.monotonic() < _due.get(job.name, 0):
            continue
        _due[job.name] = time.monotonic() + job.every_seconds
        with groups.as_caller(job.name), spans.block(JOB, job.name):
            try:
                job.run()
            except Exception as error:
                report(job, error)
                raise
        ran.append(job.name)
    return ran
