"""A profile of the shop's processes under load, by py-spy: the functions with the most time of their own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

TOP = 40
OWN = ("apps/", "thriftshop/")
SAMPLES_PER_SECOND = 100
STOP_SECONDS = 60


class Profiler:
    """One py-spy for each process, for the time of the load. It samples the thread that holds the GIL."""

    def __init__(self, pids: Mapping[str, Sequence[int]], folder: Path, seconds: float) -> None:
        program = str(Path(sys.executable).with_name("py-spy"))
        self.files = {
            (name, pid): folder / f"profile-{name}-{pid}.txt" for name, several in pids.items() for pid in several
        }
        options = (
            f"--format raw --function --gil --nonblocking --rate {SAMPLES_PER_SECOND} --duration {int(seconds)}".split()
        )
        self.running = [
            subprocess.Popen(  # noqa: S603 - a tool of requirements-dev.txt
                [program, "record", *options, "--pid", str(pid), "--output", str(file)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for (_, pid), file in self.files.items()
        ]

    def result(self) -> dict[str, list[dict[str, Any]]]:
        """The shares of all processes together, of functions, packages, and the shop's functions with what they call."""
        for process in self.running:
            process.wait(STOP_SECONDS)
        lines = [line for file in self.files.values() if file.exists() for line in file.read_text().splitlines()]
        return shares(lines)


def shares(lines: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The shares in collapsed stacks: `outer (file:1);inner (file:2) 12`."""
    functions: Counter[str] = Counter()
    packages: Counter[str] = Counter()
    including: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        if not stack:
            continue
        frames = stack.split(";")
        functions[frames[-1]] += int(count)
        packages[_package(frames[-1])] += int(count)
        for frame in {frame for frame in frames if _package(frame).startswith(OWN)}:
            including[frame] += int(count)
    total = functions.total() or 1
    return {
        name: [{"name": frame, "share": round(count / total, 4)} for frame, count in counts.most_common(top)]
        for name, counts, top in (
            ("functions", functions, TOP),
            ("packages", packages, 20),
            ("including", including, TOP),
        )
    }


def _package(frame: str) -> str:
    """The first two folders of a function's file: `django/db`, `apps/catalog`; a module of the standard library as it is."""
    place = frame.rpartition("(")[2].partition(":")[0]
    return "/".join(place.split("/")[:2])
