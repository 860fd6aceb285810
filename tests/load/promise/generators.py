"""Load generators compared against a constant server: `python -m tests.load.promise.generators --vegeta vegeta`.

One server process answers a list of 7.1 kB; ours and vegeta send the same requests at the same rate, in turn. Both latencies are
counted from the intended send time: for vegeta from its own time stamps, whose schedule is known. `mix` is ours with the whole
workload: the mix, its ledger, and every fifth write read back.
"""

import argparse
import base64
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tests.load.promise import constant, generator, mix, workload
from tests.load.promise.connections import Request
from tests.load.promise.prepared import Holder, Prepared

BODY = b'{"query":"{ products(first: 20) { edges { node { id name slug } } } }"}'
TOKEN = "x" * 43
HEAD = (
    "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(BODY)}\r\n\r\n"
)


@contextmanager
def serving() -> Iterator[subprocess.Popen[bytes]]:
    """The constant server in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "tests.load.promise.constant"], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.wait()


def ours(rate: float, seconds: float) -> dict[str, float]:
    """Our generator's figures, at constant intervals as vegeta's."""
    sender = generator.Generator(("127.0.0.1", constant.PORT))

    def take(request: Request, status: int, body: bytes, done: float) -> None:
        sender.recording.add(request, done, 0 if status == 200 and b'"errors"' not in body else 1)

    request = HEAD.encode() + BODY
    times = np.arange(int(rate * seconds)) / rate
    recording = sender.run(times.tolist(), [0] * len(times), lambda kind: Request(kind, request, take))
    failed = sum(recording.outcomes)
    sent, done = (
        np.array(recording.sents) - np.array(recording.dues),
        np.array(recording.dones) - np.array(recording.dues),
    )
    return figures(
        sent, done, failed, recording.cpu_seconds / recording.seconds, len(recording.dones) / max(recording.dones)
    )


def mixed(rate: float, seconds: float) -> dict[str, float]:
    """Our generator's figures with the workload of a shop."""
    sender = generator.Generator(("127.0.0.1", constant.PORT))
    customers = [Holder(f"{number:043}", "", f"{number}@shop.example", str(number), {"A": 1}) for number in range(300)]
    guests = [Holder(cart_token=f"{number}") for number in range(2_700)]
    skus = [f"LOT-{number:06d}" for number in range(10_000)]
    load = workload.Workload(sender, Prepared(skus, ["lamp", "chair", "teapot"], customers, guests))
    times = generator.arrivals(rate, seconds).tolist()
    recording = sender.run(times, mix.sequence(len(times)), load.make)
    failed = sum(load.outcomes.is_error(outcome) for outcome in recording.outcomes)
    sent, done = (
        np.array(recording.sents) - np.array(recording.dues),
        np.array(recording.dones) - np.array(recording.dues),
    )
    return figures(
        sent, done, failed, recording.cpu_seconds / recording.seconds, len(recording.dones) / max(recording.dones)
    )


def vegeta(program: str, rate: float, seconds: float) -> dict[str, float]:
    """Vegeta's figures: one target per request from JSON lines, as a mix needs them."""
    target = {
        "method": "POST",
        "url": f"http://127.0.0.1:{constant.PORT}/graphql",
        "header": {"Content-Type": ["application/json"], "Authorization": [f"Bearer {TOKEN}"]},
        "body": base64.b64encode(BODY).decode(),
    }
    with tempfile.TemporaryDirectory() as folder:
        targets, results = Path(folder, "targets"), Path(folder, "results")
        targets.write_text((json.dumps(target) + "\n") * int(rate * seconds + 10))
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        attack = f"-rate={rate:g}/s -duration={seconds:g}s -format=json -lazy".split()
        _run([program, "attack", *attack, f"-targets={targets}", f"-output={results}"])
        taken, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        text = _run([program, "encode", "-to=csv", str(results)])
    rows = [row.split(",") for row in text.splitlines()]
    stamps, latencies = (np.array([int(row[column]) for row in rows]) / 1e9 for column in (0, 2))
    numbers = np.array([int(row[8]) for row in rows])
    late = stamps - numbers / rate
    late -= late.min()  # when it began is not recorded: no send is early
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    failed = sum(row[1] != "200" for row in rows)
    return figures(
        late, late + latencies, failed, cpu / taken, len(rows) / float((stamps + latencies).max() - stamps.min())
    )


def _run(command: list[str]) -> str:
    """A command's output."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - the caller's program


def figures(late: np.ndarray, latencies: np.ndarray, failed: int, cores: float, rate: float) -> dict[str, float]:
    """The compared figures."""
    return {
        "achieved/s": rate,
        "cores": cores,
        "late p50 us": float(np.percentile(late, 50) * 1e6),
        "late p99 us": float(np.percentile(late, 99) * 1e6),
        "late > 10 ms %": float((late > 0.01).mean() * 100),
        "p50 ms": float(np.percentile(latencies, 50) * 1e3),
        "p99 ms": float(np.percentile(latencies, 99) * 1e3),
        "failed": failed,
    }


def show(name: str, values: dict[str, Any]) -> None:
    """One line of the table."""
    text = "  ".join(f"{key} {value:,.2f}" for key, value in values.items())
    sys.stdout.write(f"{name:<8} {text}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure in turn, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vegeta", help="vegeta's program; without it only ours is measured")
    parser.add_argument("--rates", type=float, nargs="*", default=[1_667.0, 5_000.0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with serving():
        for rate in options.rates:
            for _ in range(options.rounds):
                show(f"ours {rate:,.0f}", ours(rate, options.seconds))
                show(f"mix {rate:,.0f}", mixed(rate, options.seconds))
                if options.vegeta:
                    show(f"vegeta {rate:,.0f}", vegeta(options.vegeta, rate, options.seconds))


if __name__ == "__main__":
    main()
