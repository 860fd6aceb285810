"""The CPU time, wall-clock time and memory that each service needs to start: `python -m tests.load.startup`.

Each context is started alone, on a migrated database of its own, as a container would: `manage.py serve`. Wall-clock seconds
are from the start of the process to the first 200 of `/readyz`; CPU and memory are the process's own, read then.
"""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print a table, one line for each context."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    from tests.split import CONTEXTS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contexts", nargs="*", default=[*CONTEXTS, "registry"], help="which; all where none is named")
    print(f"{'context':<12} {'CPU s':>6} {'clock s':>8} {'RSS MB':>7}")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        for context in parser.parse_args().contexts:
            cpu, clock, memory = measure(context, Path(folder))
            print(f"{context:<12} {cpu:>6.2f} {clock:>8.2f} {memory:>7.0f}")  # noqa: T201


def measure(context: str, folder: Path) -> tuple[float, float, float]:
    """CPU seconds, wall-clock seconds and megabytes when the service is ready."""
    from tests.split import Process

    variables = {"DJANGO_SETTINGS_MODULE": "settings.development", "DRAIN_GRACE_SECONDS": "0", "LOG_LEVEL": "ERROR"}
    process = Process(context, folder, variables)
    migrated = process.manage("migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    process.start()
    try:
        process.wait()
        assert process.running is not None
        return read(process.running)
    finally:
        process.stop()


def read(running: "subprocess.Popen[bytes]") -> tuple[float, float, float]:
    """The CPU seconds, age in seconds and megabytes of memory of a process."""
    proc = Path(f"/proc/{running.pid}")
    fields = proc.joinpath("stat").read_text().rpartition(")")[2].split()
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    resident = int(proc.joinpath("statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return (int(fields[11]) + int(fields[12])) / TICKS, uptime - int(fields[19]) / TICKS, resident / 1_000_000


if __name__ == "__main__":
    main()
