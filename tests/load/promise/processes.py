"""CPU time and memory of the shop's processes and of the load, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


Pids = Sequence[int] | Callable[[], Sequence[int]]
"""Process ids, or a function that returns those that run now."""


class Usage(NamedTuple):
    """CPU seconds so far, and the resident memory in bytes."""

    cpu_seconds: float
    resident: int
    most_resident: int


def usage(pids: Pids) -> Usage:
    """The sum over these processes, with their children that have ended; those that have ended themselves count as nothing."""
    usages = [usage for usage in map(_of, pids() if callable(pids) else pids) if usage is not None]
    return Usage(*(sum(values) for values in zip(*usages, strict=True))) if usages else Usage(0.0, 0, 0)


def _of(pid: int) -> Usage | None:
    folder = Path("/proc", str(pid))
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        status = (folder / "status").read_text()
    except OSError:
        return None
    return Usage(sum(map(int, fields[11:15])) / TICKS, _memory(status, "VmRSS"), _memory(status, "VmHWM"))


def _memory(status: str, line: str) -> int:
    """Bytes; 0 for a process that has ended, which has no memory."""
    value = status.partition(f"{line}:")[2].split()
    return int(value[0]) * 1024 if value else 0


def shares(before: Mapping[str, Usage], after: Mapping[str, Usage], seconds: float) -> dict[str, dict[str, float]]:
    """Cores used and megabytes at most of each process, by name."""
    return {
        name: {
            "cores": round((after[name].cpu_seconds - before[name].cpu_seconds) / seconds, 3),
            "cpu_seconds": round(after[name].cpu_seconds - before[name].cpu_seconds, 2),
            "megabytes": round(after[name].most_resident / 1e6, 1),
        }
        for name in after
    }
