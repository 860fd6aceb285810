"""Helm, which renders the chart: the program of this machine, or one that is built once from its Go module."""

import shutil
import subprocess
from collections.abc import Sequence

from tests.services import FOLDER, ROOT, go
from tests.services.processes import Failed

VERSION = "3.19.5"
MODULE = f"helm.sh/helm/v3/cmd/helm@v{VERSION}"
KUBERNETES = "1.36.3"


def is_available() -> bool:
    """Whether it is there already: it takes minutes to build."""
    return shutil.which("helm") is not None or (FOLDER / f"helm-{VERSION}" / "helm").exists()


def render(*options: str) -> str:
    """The objects of the chart with these options, as YAML. Raises Failed."""
    return run("template", "thriftshop", str(ROOT / "k8s" / "chart"), f"--kube-version={KUBERNETES}", *options)


def lint() -> str:
    """What Helm says of the chart. Raises Failed for errors and warnings."""
    return run("lint", "--strict", str(ROOT / "k8s" / "chart"), f"--kube-version={KUBERNETES}")


def run(*arguments: str) -> str:
    """The output of a command, which is built first if necessary. Raises Failed."""
    program = shutil.which("helm") or str(go.install("helm", VERSION, MODULE))
    command: Sequence[str] = [program, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - known programs
    if ended.returncode:
        raise Failed(f"helm {' '.join(arguments)}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout
