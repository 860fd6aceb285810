"""A profile of the shop's processes under load, by py-spy: the functions with the most time of their own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

TOP = 40
SAMPLES_PER_SECOND = 50
STOP_SECONDS = 60


class Profiler:
    """One py-spy for each process, for the time of the load. It stops the process for each sample, so stacks are exact."""

    def __init__(self, pids: Mapping[str, Sequence[int]], folder: Path, seconds: float) -> None:
        program = str(Path(sys.executable).with_name("py-spy"))
        self.files = {
            (name, pid): folder / f"profile-{name}-{pid}.txt" for name, several in pids.items() for pid in several
        }
        options = f"--format raw --function --rate {SAMPLES_PER_SECOND} --duration {int(seconds)}".split()
        self.running = [
            subprocess.Popen(  # noqa: S603 - a tool of requirements-dev.txt
                [program, "record", *options, "--pid", str(pid), "--output", str(file)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for (_, pid), file in self.files.items()
        ]

    def result(self) -> list[dict[str, Any]]:
        """The functions with the most own time, of all processes together."""
        for process in self.running:
            process.wait(STOP_SECONDS)
        lines = [line for file in self.files.values() if file.exists() for line in file.read_text().splitlines()]
        return own_time(lines)


def own_time(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The share of each function from collapsed stacks: `outer;inner 12`. py-spy leaves out threads that wait."""
    counts: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        if stack:
            counts[stack.rpartition(";")[2]] += int(count)
    total = counts.total() or 1
    return [{"function": name, "share": round(count / total, 4)} for name, count in counts.most_common(TOP)]
