"""The processors that this process may use."""

import os
import sys
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")
# Each worker takes about 100 MB, and all of them share one database.
MAX_DEFAULT_WORKERS = 8


def usable(limit: Path = CGROUP_LIMIT) -> int:
    """The number of processors, within the affinity of this process and the limit of its container; at least 1."""
    if sys.platform != "linux":
        return os.cpu_count() or 1
    return max(1, min(len(os.sched_getaffinity(0)), _share(limit)))


def default_workers() -> int:
    """A worker for each processor. Workers share a port, for which this project relies on Linux."""
    return min(usable(), MAX_DEFAULT_WORKERS) if sys.platform == "linux" else 1


def _share(limit: Path) -> int:
    """The limit of the container (cgroup v2, "200000 100000" for two processors), rounded down; very large without one."""
    try:
        quota, period = limit.read_text().split()
        return sys.maxsize if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return sys.maxsize
