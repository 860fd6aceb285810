"""The compiled page over HTTP next to Mercurius with graphql-jit."""

import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.load.compiled import PAGE
from tests.load.peers import measuring
from tests.load.peers.measuring import PORT, Measured, Request

HERE = Path(__file__).parent
# Node compiles its hot functions only after thousands of requests.
WARM_UP_SECONDS = 5
GRANIAN = [
    sys.executable,
    "-m",
    "granian",
    "--interface",
    "asgi",
    "--no-ws",
    "--port",
    str(PORT),
    "tests.load.peers.served:app",
]
MERCURIUS = ["node", str(HERE / "mercurius" / "server.mjs"), str(PORT)]
SERVERS: Mapping[str, tuple[Sequence[str], str]] = {
    "Mercurius with graphql-jit": (MERCURIUS, ""),
    "compiled, every field resolved": (GRANIAN, "fields"),
    "compiled, encoded products reused": (GRANIAN, "fragments"),
    "ceiling: the same bytes as a constant": (GRANIAN, "constant"),
}


def compare(rounds: int, seconds: float) -> None:
    """Print the table."""
    results: dict[str, list[Measured]] = {name: [] for name in SERVERS}
    request = Request(json.dumps({"query": PAGE}).encode())
    contents = []
    with tempfile.TemporaryDirectory() as folder:
        script = measuring.write_script(Path(folder), [request], check=False)
        for _ in range(rounds):
            for name, (command, variant) in SERVERS.items():
                with measuring.serving(command, {"VARIANT": variant}, request) as process:
                    contents.append(json.loads(measuring.send(request)[0])["data"])
                    results[name].append(measuring.measured(process.pid, script, WARM_UP_SECONDS, seconds))
    if any(content != contents[0] for content in contents):
        raise RuntimeError("The servers do not give the same answer.")
    first = statistics.median(result.cpu for result in next(iter(results.values())))
    for name, several in results.items():
        rate, cpu = (statistics.median(column) for column in zip(*several, strict=True))
        print(f"{name:40} {rate:8.0f} requests/s {cpu:7.0f} us of CPU   {cpu / first:5.2f} times the first")  # noqa: T201
