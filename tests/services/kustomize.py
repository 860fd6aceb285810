"""kustomize, which renders the manifests: a program of its own, part of kubectl, or built once from its Go module."""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from tests.services import ROOT, go
from tests.services.processes import Failed

VERSION = "5.8.1"
MODULE = f"sigs.k8s.io/kustomize/kustomize/v5@v{VERSION}"
MISSING = "Neither kustomize, kubectl nor Go is installed: the tests of the manifests are left out."


def is_installed() -> bool:
    """Whether it is there, or can be built."""
    return any(map(shutil.which, ("kustomize", "kubectl", "go")))


def command() -> list[str]:
    """The command that renders a folder; it is built first if necessary."""
    if program := shutil.which("kustomize"):
        return [program, "build"]
    if program := shutil.which("kubectl"):
        return [program, "kustomize"]
    return [str(go.install("kustomize", VERSION, MODULE)), "build"]


@lru_cache(maxsize=16)
def render(folder: str) -> str:
    """The objects of a folder such as `k8s/overlays/laptop`, as YAML. Raises Failed."""
    path = Path(folder) if Path(folder).is_absolute() else ROOT / folder
    ended = subprocess.run([*command(), str(path)], capture_output=True, text=True, check=False)  # noqa: S603 - known programs
    if ended.returncode:
        raise Failed(f"{folder} cannot be rendered:\n{ended.stderr}")
    return ended.stdout
