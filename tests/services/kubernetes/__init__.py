"""A real control plane on this machine: etcd, the API server, its controllers and scheduler, and simulated nodes (kwok).

No kubelet runs: pods are accepted, placed and counted as Kubernetes does, and kwok says that they run.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.services import FOLDER, processes
from tests.services.kubernetes import building
from tests.services.processes import Failed

RUN = FOLDER / "kubernetes"
API, ETCD, PEER, KWOK = 6443, 2379, 2380, 10247
ADDRESS = f"https://127.0.0.1:{API}"
TOKEN = "administrator-of-this-machine"
PROCESSES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
START_SECONDS = 120.0
KUBECONFIG = RUN / "kubeconfig"


def start(simulate: bool = True) -> None:
    """Start what does not run yet, empty; with controllers, scheduler and simulated nodes if asked for. Raises Failed."""
    building.build()
    _configure()
    _start("etcd", [str(building.etcd()), *_etcd_options()])
    _start("kube-apiserver", [_program("kube-apiserver"), *_api_options()])
    processes.wait(RUN / "kube-apiserver", lambda: succeeds("get", "--raw", "/readyz"), START_SECONDS)
    if simulate:
        _start("kube-controller-manager", [_program("kube-controller-manager"), *_controller_options()])
        _start("kube-scheduler", [_program("kube-scheduler"), f"--kubeconfig={KUBECONFIG}", "--leader-elect=false"])
        _start("kwok", [str(building.kwok()), *_kwok_options()])


def stop() -> None:
    """Stop everything, and delete what was stored."""
    for name in reversed(PROCESSES):
        processes.stop(RUN / name)
    for path in sorted(RUN.glob("etcd/data/**/*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def kubectl(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run kubectl as the cluster's administrator; `given` is its input."""
    command = [_program("kubectl"), f"--kubeconfig={KUBECONFIG}", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


def run(*arguments: str, given: str = "") -> str:
    """The output of kubectl. Raises Failed if it fails."""
    ended = kubectl(*arguments, given=given)
    if ended.returncode:
        raise Failed(f"kubectl {' '.join(arguments)}:\n{ended.stderr}")
    return ended.stdout


def succeeds(*arguments: str) -> bool:
    """Whether kubectl succeeds."""
    return kubectl(*arguments).returncode == 0


def get(*arguments: str) -> Any:
    """The objects that `kubectl get` returns."""
    return json.loads(run("get", *arguments, "--output", "json"))


def apply(objects: Sequence[Any], *options: str) -> subprocess.CompletedProcess[str]:
    """Apply objects on the server's side."""
    options = ("--server-side", "--force-conflicts", *options)
    return kubectl("apply", *options, "--filename", "-", given=as_yaml(objects))


def as_yaml(objects: Sequence[Any]) -> str:
    """Objects as kubectl reads them."""
    return yaml.safe_dump_all(objects)


def define_resources() -> None:
    """Define the resources of the operators that are known, and wait until they can be used."""
    files = [option for path in building.resources() for option in ("--filename", str(path))]
    run("apply", "--server-side", "--force-conflicts", *files)
    established = ("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    # It fails at once for a definition that has no conditions yet.
    if not succeeds(*established):
        run(*established)


def _program(name: str) -> str:
    return str(building.CONTROL_PLANE / name)


def _start(name: str, command: Sequence[str]) -> None:
    folder = RUN / name
    folder.mkdir(parents=True, exist_ok=True)
    processes.start(folder, command)


def _configure() -> None:
    """Write the key of service accounts, the administrator's token, and what kubectl needs."""
    RUN.mkdir(parents=True, exist_ok=True)
    if not (RUN / "accounts.key").exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        (RUN / "accounts.key").write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    (RUN / "tokens.csv").write_text(f'{TOKEN},administrator,administrator,"system:masters"\n')
    cluster = {"server": ADDRESS, "insecure-skip-tls-verify": True}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "shop",
        "clusters": [{"name": "shop", "cluster": cluster}],
        "contexts": [{"name": "shop", "context": {"cluster": "shop", "user": "administrator"}}],
        "users": [{"name": "administrator", "user": {"token": TOKEN}}],
    }
    KUBECONFIG.write_text(yaml.safe_dump(content))


def _etcd_options() -> list[str]:
    client, peer = f"http://127.0.0.1:{ETCD}", f"http://127.0.0.1:{PEER}"
    return [
        f"--data-dir={RUN / 'etcd' / 'data'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
    ]


def _api_options() -> list[str]:
    key = RUN / "accounts.key"
    return [
        f"--etcd-servers=http://127.0.0.1:{ETCD}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={API}",
        f"--cert-dir={RUN / 'kube-apiserver' / 'certificates'}",
        f"--token-auth-file={RUN / 'tokens.csv'}",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-account-issuer=https://kubernetes.default",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=Node,RBAC",
        "--endpoint-reconciler-type=none",
    ]


def _controller_options() -> list[str]:
    return [
        f"--kubeconfig={KUBECONFIG}",
        "--leader-elect=false",
        "--use-service-account-credentials=false",
        f"--service-account-private-key-file={RUN / 'accounts.key'}",
        "--node-monitor-grace-period=40s",
    ]


def _kwok_options() -> list[str]:
    stages = building.stages()
    files: list[Path] = [
        stages / "node" / "fast" / "node-initialize.yaml",
        stages / "node" / "heartbeat-with-lease" / "node-heartbeat-with-lease.yaml",
        *sorted((stages / "pod" / "general").glob("pod-*.yaml")),
    ]
    return [
        f"--kubeconfig={KUBECONFIG}",
        "--manage-all-nodes=false",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        "--node-ip=127.0.0.1",
        "--node-lease-duration-seconds=40",
        f"--server-address=127.0.0.1:{KWOK}",
        *(f"--config={path}" for path in files),
    ]
