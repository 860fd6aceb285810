"""Finds the process that listens on a local port, for error messages."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"
MAX_COMMAND_LENGTH = 120


def listener(port: int) -> tuple[int, str] | None:
    """The id and command of the listening process; None if unknown, as for another user's process."""
    pid = _by_proc(port) if PROC.is_dir() else _by_lsof(port)
    return None if pid is None else (pid, _command(pid))


def _by_proc(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    return next((int(folder.name) for folder in PROC.glob("[0-9]*") if sockets & set(_opened(folder))), None)


def _opened(process: Path) -> Iterator[str]:
    with suppress(OSError):  # another user's process, or one that has just ended
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                yield str(descriptor.readlink())


def _inodes(port: int) -> Iterator[str]:
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            for row in (PROC / "net" / name).read_text().splitlines()[1:]:
                _, local, _, state, *rest = row.split()
                if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                    yield rest[5]


def _by_lsof(port: int) -> int | None:
    pids = _output("lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-t").split()
    return int(pids[0]) if pids else None


def _command(pid: int) -> str:
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        command = _output("ps", "-o", "command=", "-p", str(pid))
    return command.strip()[:MAX_COMMAND_LENGTH] or "unknown"


def _output(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    result = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - known programs
    return result.stdout
