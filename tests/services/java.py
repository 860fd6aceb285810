"""Java and the libraries of a service: Maven resolves those of its pom.xml once, into the folder of the services."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.services import FOLDER, processes
from tests.services.processes import Failed

MISSING = (
    "Java and Maven are not installed: the tests on Kafka and Cassandra are left out."
    " On Debian: apt-get install openjdk-17-jre-headless maven."
)


def is_installed() -> bool:
    """Whether Kafka and Cassandra can run here."""
    return all(map(shutil.which, ("java", "mvn")))


def require() -> None:
    """Skip the test on a machine without Java, and fail it in CI."""
    if not is_installed():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)


def libraries(pom: Path) -> Path:
    """The folder with the libraries that a pom.xml names, which are downloaded first if necessary."""
    digest = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    folder = FOLDER / "libraries" / f"{pom.parent.name}-{digest}"
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        _download(pom, partial)
        partial.rename(folder)
    return folder


def stacks(folder: Path) -> str:
    """The stacks of all threads of a process that runs; they are appended to its output."""
    output = folder / "output"
    before = output.stat().st_size
    os.kill(processes.pid(folder), signal.SIGQUIT)
    time.sleep(1)
    return output.read_bytes()[before:].decode(errors="replace")


def _download(pom: Path, folder: Path) -> None:
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(pom), goal, f"-DoutputDirectory={folder}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - Maven with our own pom.xml
    if ended.returncode:
        raise Failed(f"Maven could not download the libraries of {pom}:\n{ended.stdout[-2000:]}")
