"""Processes that outlive the command which starts them: each has a folder with its pid and its output."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

STOP_SECONDS = 20.0
POLL_SECONDS = 0.1
LAST_LINES = 15
# A process that is forgotten while it runs is reported as a leak.
_started: list[subprocess.Popen[bytes]] = []


class Failed(Exception):
    """A service did not start; the message has the end of its output."""


def start(folder: Path, command: Sequence[str]) -> None:
    """Start a process unless that of the folder runs."""
    if pid(folder):
        return
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    (folder / "pid").write_text(str(process.pid))
    _started.append(process)


def wait(folder: Path, is_ready: Callable[[], bool], seconds: float) -> None:
    """Wait until a process is ready. Raises Failed if it ends or takes longer."""
    until = time.monotonic() + seconds
    while not is_ready():
        if not pid(folder):
            raise Failed(f"{folder.name} ended:\n{_end_of_output(folder)}")
        if time.monotonic() > until:
            raise Failed(f"{folder.name} was not ready after {seconds:.0f} s:\n{_end_of_output(folder)}")
        time.sleep(POLL_SECONDS)


def stop(folder: Path, sent: signal.Signals = signal.SIGTERM) -> None:
    """End the process of a folder, if it runs; kill it if it does not end in time."""
    running, until = pid(folder), time.monotonic() + STOP_SECONDS
    if running:
        os.kill(running, sent)
    while pid(folder):
        if time.monotonic() > until:
            os.kill(running, signal.SIGKILL)
        time.sleep(POLL_SECONDS)
    (folder / "pid").unlink(missing_ok=True)
    for process in _started:
        process.poll()


def pid(folder: Path) -> int:
    """The process of a folder; 0 if it does not run. Another process with its number is not taken for it."""
    try:
        number = int((folder / "pid").read_text())
        status = Path(f"/proc/{number}/stat").read_text()
        return number if status.rpartition(")")[2].split()[0] != "Z" and _works_in(number, folder) else 0
    except (OSError, ValueError):
        return 0


def _works_in(number: int, folder: Path) -> bool:
    return Path(f"/proc/{number}/cwd").resolve() == folder.resolve()


def _end_of_output(folder: Path) -> str:
    lines = (folder / "output").read_text(errors="replace").splitlines()
    return "\n".join(lines[-LAST_LINES:])
