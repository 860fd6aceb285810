"""What the results of an experiment cost at many visitors: `python -m tests.load.results --visitors 100000`.

In a database of its own: events of visitors and orders are projected and settled, then the page's figures are computed.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=100_000, help="of both variants (default: %(default)s)")
    parser.add_argument("--days", type=int, default=28, help="over which they come (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'results.sqlite3'}"
        import django

        django.setup()
        measure(options.visitors, options.days)


def measure(visitors: int, days: int) -> None:
    """Project, settle, and compute the results."""
    from django.core.management import call_command

    from apps.experiments.service import results, settling
    from tests.experiments import facts, steps

    call_command("migrate", verbosity=0)
    began = facts.start_in_the_past(days)
    settling.settle()
    half = visitors // 2
    rates = {"blue": 0.04, "green": 0.05}
    timed(
        "projected", visitors, lambda: facts.plant(began, visitors=dict.fromkeys(rates, half), rates=rates, days=days)
    )
    timed("settled", visitors, settling.settle)
    with steps.as_staff():
        (flag,) = steps.service().get_flags()
    results.of(flag)  # numpy and scipy are loaded once
    timed("results", 1, lambda: results.of(flag))
    facts.apply(*facts.order("one more", began + 1, "c1"), facts.exposed("customer:c1", "green", began))
    timed("settled after one more order", 1, settling.settle)


def timed(name: str, count: int, function: object) -> None:
    """Print the time of a function, and of each of `count`."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()  # type: ignore[operator]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:<32}{wall:8.3f} s  {cpu:8.3f} s CPU  {1e6 * cpu / count:10.1f} us each")  # noqa: T201


if __name__ == "__main__":
    main()
