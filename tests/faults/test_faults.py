"""Whatever fails while people buy, nothing acknowledged is lost and nothing takes effect twice (docs/faults.md).

Faults are drawn for FAULTS_SECONDS, 60 by default, and the last draw is finished. FAULTS_SEED repeats a run's draws.
"""

import itertools
import logging
import os
import random
import time
from collections.abc import Callable, Iterator

import pytest

from tests import postgres
from tests.faults import backbone, driver
from tests.faults.recorder import Recorder
from tests.faults.report import Report
from tests.faults.scene import Scene
from tests.faults.shop import Shop
from tests.faults.workload import Workload
from tests.services import java

SECONDS = float(os.environ.get("FAULTS_SECONDS", "60"))
SEED = int(os.environ.get("FAULTS_SEED", random.SystemRandom().randrange(10_000)))
FAULT_SECONDS = 1.0 if SECONDS <= 60 else 3.0
# A relay takes over from one that makes no progress for half a second.
FREEZE_SECONDS = 1.5 if SECONDS <= 60 else 10.0
KAFKA_SECONDS = float(os.environ.get("KAFKA_OUTAGE_SECONDS", "5"))


@pytest.fixture
def parts(caplog) -> Iterator[backbone.Backbone]:
    caplog.set_level(logging.CRITICAL, "cassandra")
    java.require()
    if postgres.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.MISSING)
    with backbone.started() as running:
        yield running


@pytest.fixture
def say(capfd) -> Callable[[str], None]:
    """Print at once, also if the test passes."""

    def write(text: str) -> None:
        with capfd.disabled():
            print(text, flush=True)  # noqa: T201

    return write


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_applied_twice_after_any_fault(parts, tmp_path, say):
    report, until = Report(SEED), time.monotonic() + SECONDS
    say(f"\nFAULTS_SEED={SEED}")
    try:
        for number in itertools.count(1):
            shop = Shop(tmp_path / str(number), parts, f"shop{number}")
            with shop.running():
                happen(shop, report, until, say)
            if report.violations or time.monotonic() > until:
                break
    finally:
        say(report.table())
    assert not report.violations, "\n".join(report.violations)


def happen(shop: Shop, report: Report, until: float, say: Callable[[str], None]) -> None:
    """Let every fault happen once, unless the time is over before."""
    rng, recorder = random.Random(f"{SEED} {shop.prefix}"), Recorder()
    workload = Workload(shop, recorder, f"{SEED} {shop.prefix}")
    scene = Scene(shop, workload, recorder, rng, FAULT_SECONDS, KAFKA_SECONDS, FREEZE_SECONDS)
    try:
        possible = [fault for fault in driver.FAULTS if fault.needs(scene)]
        report.impossible = [fault.name for fault in driver.FAULTS if fault not in possible]
        report.possible = [fault.name for fault in possible]
        driver.run(scene, report, driver.drawn(possible, rng), until, say)
    finally:
        workload.stop()
