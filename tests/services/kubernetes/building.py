"""The programs of a control plane and the resources of operators, from their Go modules: built and fetched once."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.services import FOLDER, go
from tests.services.processes import Failed

HERE = Path(__file__).parent
VERSION, ETCD_VERSION, KWOK_VERSION = "1.36.3", "3.6.16", "0.8.0"
PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
CONTROL_PLANE, ETCD = FOLDER / f"kubernetes-{VERSION}", FOLDER / f"etcd-{ETCD_VERSION}"
BASE = "k8s.io/component-base/version"
ETCD_MODULE = "go.etcd.io/etcd/server/v3"
KWOK_MODULE = "sigs.k8s.io/kwok"
# Modules with the definitions of resources, and where they are.
RESOURCES = {
    "sigs.k8s.io/gateway-api@v1.4.0": "config/crd/standard",
    "github.com/cloudnative-pg/cloudnative-pg@v1.27.1": "config/crd/bases",
    "github.com/kedacore/keda/v2@v2.21.0": "config/crd/bases",
    "github.com/fluxcd/flagger@v1.36.1": "artifacts/flagger/crd.yaml",
}
OWN_RESOURCES = (HERE / "linkerd.yaml", HERE / "prometheus-operator.yaml")
MISSING = "Go is not installed: the tests on a Kubernetes API server are left out. https://go.dev/dl has it."


def is_installed() -> bool:
    """Whether the programs are there, or can be built."""
    return shutil.which("go") is not None


def build() -> None:
    """Build what is missing: half an hour on two cores without Go's caches. Raises Failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "kubernetes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages = [f"k8s.io/kubernetes/cmd/{name}" for name in PROGRAMS]
        _build(CONTROL_PLANE, (HERE / "go.mod").read_text(), packages)
        module = f"module thriftshop.example/etcd\n\ngo 1.26.0\n\nrequire {ETCD_MODULE} v{ETCD_VERSION}\n\ntool {ETCD_MODULE}\n"
        _build(ETCD, module, [ETCD_MODULE])


def kwok() -> Path:
    """The program that simulates nodes, built first if necessary: five minutes on two cores."""
    return go.install("kwok", KWOK_VERSION, f"{KWOK_MODULE}/cmd/kwok@v{KWOK_VERSION}")


def _build(folder: Path, module: str, packages: Sequence[str]) -> None:
    """Build programs into a folder, unless it is there."""
    if folder.exists():
        return
    partial = folder.with_suffix(".partial")
    partial.mkdir(exist_ok=True)
    (partial / "go.mod").write_text(module)
    version = {"gitVersion": f"v{VERSION}", "gitMajor": "1", "gitMinor": VERSION.split(".")[1], "gitTreeState": "clean"}
    flags = " ".join(["-s", "-w", *(f"-X {BASE}.{name}={value}" for name, value in version.items())])
    command = ["go", "build", "-mod=mod", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o", f"{partial}/"]
    for package in packages:
        _run([*command, package], partial)
    partial.rename(folder)


def etcd() -> Path:
    """The program, which has the name of its package's folder."""
    return next(ETCD / name for name in ("etcd", "server", "v3") if (ETCD / name).exists())


def stages() -> Path:
    """The folder with kwok's descriptions of how simulated nodes and pods behave."""
    return _fetched(f"{KWOK_MODULE}@v{KWOK_VERSION}") / "kustomize" / "stage"


def resources() -> list[Path]:
    """The files and folders with the definitions of the operators' resources."""
    return [*OWN_RESOURCES, *(_fetched(module) / folder for module, folder in RESOURCES.items())]


def _fetched(module: str) -> Path:
    """The folder of a module in Go's cache."""
    return Path(json.loads(_run(["go", "mod", "download", "-json", module], HERE))["Dir"])


def _run(command: Sequence[str], folder: Path) -> str:
    environment = {**os.environ, "CGO_ENABLED": "0"}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - Go
    if ended.returncode:
        raise Failed(f"{' '.join(command)} failed:\n{ended.stderr[-go.LAST_CHARACTERS :]}")
    return ended.stdout
