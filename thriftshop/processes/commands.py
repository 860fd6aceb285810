"""Commands of `manage.py` as processes of their own, several at a time."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from settings.variables import ROOT

MANAGE = [sys.executable, str(ROOT / "manage.py")]
LAST_CHARACTERS = 2000


class Failed(Exception):
    """A command failed; the message has the end of what it printed."""


class Command(NamedTuple):
    """A command with its variables, and how its failure is reported."""

    arguments: Sequence[str]
    variables: Mapping[str, str]
    failure: str


def run(commands: Sequence[Command]) -> None:
    """Run commands, as many at a time as there are processors. Raises Failed for the first that fails, after all have ended."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        ended = list(pool.map(_run, commands))
    for command, result in zip(commands, ended, strict=True):
        if result.returncode:
            raise Failed(f"{command.failure}:\n{result.stderr[-LAST_CHARACTERS:]}")


def _run(command: Command) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command line
        [*MANAGE, *command.arguments], env=command.variables, capture_output=True, text=True, check=False
    )
