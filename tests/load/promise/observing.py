"""A process beside the load that asks how old the first event is that each consumer group has yet to process.

`python -m tests.load.promise.observing FILE` appends one line of JSON per look, until its standard input is closed.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

INTERVAL_SECONDS = 0.5
STOP_SECONDS = 30


class Observer:
    """The process; `stop` returns the ages in seconds by group."""

    def __init__(self, file: Path) -> None:
        self.file = file
        services = _services()
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", __name__, str(file)],
            stdin=subprocess.PIPE,
            env={**os.environ, "SERVICES": services},
        )

    def stop(self) -> dict[str, list[float]]:
        """End it. Raises RuntimeError if it had failed, because nothing is known then."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        if code := self.process.wait(STOP_SECONDS):
            raise RuntimeError(f"The process that asks for progress failed with {code}: its error is above.")
        ages: dict[str, list[float]] = {}
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            for group, age in json.loads(line).items():
                ages.setdefault(group, []).append(age)
        return ages


def _services() -> str:
    from django.conf import settings

    return " ".join(f"{context}={'|'.join(addresses)}" for context, addresses in settings.SERVICES.items())


def main(file: str) -> None:
    """Look every half second."""
    import django

    django.setup()
    from tests.load.promise import progress

    places, kinds = progress.places(), progress.kinds()
    with Path(file).open("a") as out:
        while not select.select([sys.stdin], (), (), INTERVAL_SECONDS)[0]:
            out.write(json.dumps(progress.ages(places, kinds)) + "\n")
            out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
