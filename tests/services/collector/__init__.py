"""The OpenTelemetry collector on port 4318, which passes traces on to Zipkin and log lines to VictoriaLogs."""

import socket
import subprocess
from pathlib import Path
from string import Template

from tests.services import FOLDER, ROOT, go, processes

VERSION = "0.148.0"
BINARY = FOLDER / f"collector-{VERSION}" / "otelcol"
CONFIGURATION = ROOT / "observability" / "collector.yaml"
BUILDER = f"go.opentelemetry.io/collector/cmd/builder@v{VERSION}"
PORT = 4318
URL = f"http://127.0.0.1:{PORT}"
MISSING = go.MISSING
START_SECONDS = 60.0


def is_installed() -> bool:
    """Whether it is there, or can be built."""
    return go.is_available(BINARY)


def build() -> Path:
    """The program, which is built first if necessary: 100 s on two cores, and a few with Go's caches."""
    return go.build(BINARY, _build)


def _build(folder: Path) -> None:
    go.install_into(folder, BUILDER)
    configuration = folder / "builder.yaml"
    configuration.write_text(Template(Path(__file__).with_name("builder.yaml").read_text()).substitute(output=folder))
    go.run([str(folder / "builder"), "--config", str(configuration)], {})


def start() -> None:
    """Start it unless it runs."""
    own = FOLDER / "collector"
    own.mkdir(parents=True, exist_ok=True)
    processes.start(own, [str(build()), "--config", str(CONFIGURATION)])
    processes.wait(own, is_running, START_SECONDS)


def stop() -> None:
    """Stop it."""
    processes.stop(FOLDER / "collector")


def is_running() -> bool:
    """Whether it accepts connections."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", PORT)) == 0


def validate() -> subprocess.CompletedProcess[str]:
    """What it says of its configuration."""
    command = [str(build()), "validate", "--config", str(CONFIGURATION)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
