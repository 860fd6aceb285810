"""kube-state-metrics, built once from its Go module: what the API server knows of the cluster, as metrics."""

from pathlib import Path

import httpx

from tests.services import go, kubernetes, processes

VERSION, PORT, OWN_PORT = "2.18.0", 9187, 9188
ADDRESS = f"127.0.0.1:{PORT}"
MODULE = "k8s.io/kube-state-metrics/v2"
START_SECONDS = 60.0


def build() -> Path:
    """The program, built first if necessary: four minutes of CPU time without Go's caches."""
    return go.build(go.program("kube-state-metrics", VERSION), _build_into)


def _build_into(folder: Path) -> None:
    module = f"module thriftshop.example/state\n\ngo 1.26.0\n\nrequire {MODULE} v{VERSION}\n\ntool {MODULE}\n"
    (folder / "go.mod").write_text(module)
    options = ["-mod=mod", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"]
    go.run(["go", "build", "-C", str(folder), *options, "-o", "./", MODULE], {})


def start() -> None:
    """Start it for the cluster that runs, and wait until it has metrics."""
    own = kubernetes.RUN / "kube-state-metrics"
    own.mkdir(parents=True, exist_ok=True)
    options = [f"--kubeconfig={kubernetes.KUBECONFIG}", "--host=127.0.0.1", f"--port={PORT}"]
    processes.start(own, [str(build()), *options, "--telemetry-host=127.0.0.1", f"--telemetry-port={OWN_PORT}"])
    processes.wait(own, is_running, START_SECONDS)


def stop() -> None:
    """Stop it."""
    processes.stop(kubernetes.RUN / "kube-state-metrics")


def is_running() -> bool:
    """Whether it has metrics of deployments."""
    try:
        return "kube_deployment_spec_replicas{" in httpx.get(f"http://{ADDRESS}/metrics", timeout=2).text
    except httpx.HTTPError:
        return False
