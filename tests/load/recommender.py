"""The CPU time of recommendations with 10,000 products and 30,000 baskets: `python -m tests.load.recommender`.

With `--visits` also of 30,000 visits, most of which view products that go together.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial

TIMES = 300


def main() -> None:
    """Fill a database of its own, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=0, help="how many visits (default: %(default)s)")
    options = parser.parse_args()
    os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/recommender.sqlite3"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # Django keeps every statement if it is set
    call_command("migrate", verbosity=0)
    _fill()
    if options.visits:
        _visit(options.visits)
    _measure()


def _fill() -> None:
    from idl import catalog
    from tests.load import catalog as vocabulary
    from tests.load.curves import filling, measuring
    from thriftshop import call_context, rpc
    from thriftshop.events import progress

    with call_context.using(caller="catalog"):
        leaves = list(vocabulary.categories(rpc.connect(catalog.CatalogService)))
    for _ in filling.fill(10_000, leaves):
        pass
    filling.sell(10_000)
    progress.catch_up()  # with the categories
    measuring.warm_up()


def _visit(number: int) -> None:
    """Visits of three products that were bought together and one other, and what reading them costs."""
    from apps.recommender import models
    from apps.recommender.domain import visits
    from apps.recommender.service import recommending
    from thriftshop import clock

    rnd, now = random.Random(4), clock.now()
    baskets = list(models.Basket.objects.values_list("skus", flat=True)[:number])
    lines = [
        visits.line_of(f"visitor {each}", "session", sku, place == 0, now - 86_400_000 + each * 1_000 + place)
        for each in range(number)
        for place, sku in enumerate([*baskets[each % len(baskets)][:3], rnd.choice(rnd.choice(baskets))])
    ]
    started = time.thread_time()
    for start in range(0, len(lines), 500):
        models.VisitLine.objects.put({line.key: line for line in lines[start : start + 500]}.values())
    written = time.thread_time() - started
    memory = recommending.memory()
    memory.model()
    memory._current.visits.is_complete = False  # instead of waiting for a minute
    while not memory._current.is_complete:
        memory._checked_at = float("-inf")
        memory.model()
    read = memory._current.visits._lines
    minute = _cpu(lambda: visits.with_visits(memory._current._purchases, visits.baskets_of(read)))
    sys.stdout.write(
        f"{len(lines):,} lines of visits: {written / len(lines) * 1e6:.0f} us each to project;"
        f" once a minute {minute / 1_000:.0f} ms for baskets of {len(read.visits):,} lines\n"
    )


def _measure() -> None:
    from apps.recommender.models import Category
    from apps.recommender.service import recommending
    from tests.load.curves import filling

    rnd = random.Random(3)
    drawn = [filling.sku_of(min(9_999, int(rnd.paretovariate(0.35)))) for _ in range(TIMES)]
    skus = list(dict.fromkeys(drawn))
    carts = [rnd.sample(skus, 3) for _ in range(TIMES // 4)]
    categories = [*Category.objects.values_list("category_id", flat=True)]

    def show(name: str, calls: Iterable[Callable[[], object]]) -> None:
        spent = [_cpu(call) for call in calls]
        sys.stdout.write(
            f"{name:40} mean {statistics.mean(spent):7.0f} us, median {statistics.median(spent):7.0f} us\n"
        )

    for again in ("", ", again"):
        show(f"bought together{again}", [partial(recommending.get_bought_together, sku, 5) for sku in skus])
        show(f"for a cart of three{again}", [partial(recommending.get_for_cart, cart, 5) for cart in carts])
    show("popular", [partial(recommending.get_popular, None, 10)] * TIMES)
    chosen = rnd.choices(categories, k=TIMES)
    show("popular in a category", [partial(recommending.get_popular, key, 10) for key in chosen])


def _cpu(call: Callable[[], object]) -> float:
    started = time.thread_time_ns()
    call()
    return (time.thread_time_ns() - started) / 1_000


if __name__ == "__main__":
    main()
