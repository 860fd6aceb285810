"""Programs that are built once from their Go modules, in var/services."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.services import FOLDER
from tests.services.processes import Failed

MISSING = "Go is not installed: what needs it is left out. https://go.dev/dl has it."
LAST_CHARACTERS = 2000


def is_available(program: Path) -> bool:
    """Whether a program is there, or can be built."""
    return program.exists() or shutil.which("go") is not None


def program(name: str, version: str) -> Path:
    """Where a program is, once it is built."""
    return FOLDER / f"{name}-{version}" / name


def install(name: str, version: str, module: str, options: Sequence[str] = ()) -> Path:
    """A program, built from this module unless it is there. Raises Failed."""
    return build(program(name, version), lambda folder: install_into(folder, module, options))


def build(built: Path, build_into: Callable[[Path], None]) -> Path:
    """A program, whose folder is built unless it is there: elsewhere, so that none is left half built. Raises Failed."""
    with _lock(built.parent.name):
        if not built.exists():
            partial = built.parent.with_name(f"{built.parent.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            build_into(partial)
            partial.rename(built.parent)
    return built


def install_into(folder: Path, module: str, options: Sequence[str] = ()) -> None:
    """Build the program of a module, `example.com/path@v1.2.3`, into a folder. Raises Failed."""
    run(["go", "install", "-trimpath", "-ldflags", "-s -w", *options, module], {"GOBIN": str(folder)})


def run(command: Sequence[str], variables: Mapping[str, str]) -> None:
    """Run a command that builds. Raises Failed with the end of its output."""
    environment = {**os.environ, "CGO_ENABLED": "0", **variables}
    ended = subprocess.run(  # noqa: S603 - Go, pinned
        command, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise Failed(f"{command[-1]} could not be built:\n{ended.stderr[-LAST_CHARACTERS:]}")


@contextmanager
def _lock(name: str) -> Iterator[None]:
    """One build of a program at a time; the others wait for it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
