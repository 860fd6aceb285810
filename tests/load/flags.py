"""What flags cost, and how soon a stopped one has no effect: `python -m tests.load.flags --changes 200`.

Evaluation is measured in this process, in CPU time. For the propagation there are two real processes with a database each,
the experiments and a gateway: a flag is stopped and started, and the gateway is asked by OFREP until it answers so.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

VISITOR = "visitor-000000000001"
EVALUATIONS = 50_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=200, help="how many changes (default: %(default)s)")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    import django

    django.setup()
    for name, evaluate in evaluations().items():
        print(f"{name:<48}{microseconds(evaluate):8.1f} us")  # noqa: T201
    if options.changes:
        delays = sorted(propagation(options.changes))
        print(f"{len(delays)} changes, load {os.getloadavg()[0]:.1f}")  # noqa: T201
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0)):
            print(f"{name:>5}  {1000 * delays[min(len(delays) - 1, int(share * len(delays)))]:6.1f} ms")  # noqa: T201


def evaluations() -> dict[str, Callable[[], Any]]:
    """Evaluations of several kinds by their description."""
    from dataclasses import replace

    from thriftshop.flags import provider, variants
    from thriftshop.flags.evaluation import Audience, Flag, Ranges, Subject, evaluate

    halves, moved = (Ranges([(limit, "blue"), (10_000, "green")]) for limit in (5_000, 1_000))
    values = {"blue": "blue", "green": "green"}
    flag = Flag("button", values, "blue", True, enrolment=Ranges([(10_000, "in")]), allocations=(halves,))
    reweighted = replace(flag, allocations=(halves, moved) * 5, audience=Audience(signed_in=True, countries={"GB"}))
    subject = Subject(VISITOR, attributes={"signed_in": True, "country": "GB"})
    client = provider.client("benchmark", {"button": flag}.get, lambda _: None)
    running = [replace(flag, key=f"button-{number}") for number in range(3)]
    return {
        "before a mutation, no flag running": before_mutation([]),
        "before a mutation, three flags running": before_mutation(running),
        "evaluation": lambda: evaluate(flag, subject, 0),
        "with an audience, the weights changed nine times": lambda: evaluate(reweighted, subject, 0),
        "through OpenFeature's SDK": lambda: provider.details(client, "button", "blue", subject),
        "an operation under a variant, measured": measured_operation(),
        "an operation under no variant": unmeasured_operation(),
        "a flag's variant, read from the call context": lambda: variants.parse("button=green,checkout=short"),
    }


def measured_operation() -> Callable[[], Any]:
    """What is added to an operation that used a flag."""
    from apps.gateway import flags
    from thriftshop.graphql.requests import Context, Incoming

    context = Context(Incoming("POST", {"visitor": VISITOR}), under={("button", "green"): VISITOR})
    return lambda: flags.measure(context, False, 0.001)


def unmeasured_operation() -> Callable[[], Any]:
    """What is added to any other operation."""
    from thriftshop.graphql.requests import Context, Incoming

    context = Context(Incoming("POST", {}))
    return lambda: context.under is not None


def before_mutation(running: list[Any]) -> Callable[[], Any]:
    """What the gateway does before each mutation of a visitor while these flags run."""
    from apps.gateway import flags
    from thriftshop.flags.definitions import Definitions
    from thriftshop.graphql.requests import Context, Incoming

    definitions = Definitions("benchmark", lambda: running)
    definitions.refresh()

    def prepare() -> None:
        flags.DEFINITIONS = definitions
        context = Context(Incoming("POST", {"visitor": VISITOR}))
        with context.stack, contextlib.suppress(StopIteration):
            flags.record_variants(context).send(None)

    return prepare


def microseconds(function: Callable[[], Any]) -> float:
    """CPU time of a call, the least of five rounds."""
    rounds = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(EVALUATIONS // 5):
            function()
        rounds.append((time.process_time() - started) / (EVALUATIONS // 5) * 1e6)
    return min(rounds)


def propagation(changes: int) -> list[float]:
    """Seconds from the answer to each change until the gateway answers so."""
    from tests import split

    with tempfile.TemporaryDirectory() as folder:
        shop = split.Split(Path(folder))
        shop.processes = [process for process in shop.processes if process.contexts in ("experiments", "gateway")]
        try:
            shop.start()
            return list(measured(shop, changes))
        finally:
            shop.stop()


def measured(shop: Any, changes: int) -> Any:
    """The delays of changes at random moments."""
    from django.conf import settings

    from idl import experiments
    from tests import acting
    from tests.experiments import steps
    from thriftshop import rpc

    settings.CONTEXTS, settings.RPC_TRANSPORT = ["gateway"], "http"
    settings.SERVICES = {name: tuple(where) for name, where in shop.services().items()}
    service = rpc.connect(experiments.ExperimentsService)
    (gateway,) = shop.of("gateway")
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port)
    with acting.as_service("experiments"):
        service.create_flag(steps.draft())
        for number in range(changes):
            time.sleep(random.expovariate(10))
            is_started = number % 2 == 0
            if is_started:
                service.start_flag("button")
            else:
                service.stop_flag("button", "A measurement.")
            answered = time.perf_counter()
            while is_running(connection) != is_started:
                time.sleep(0.001)
            yield time.perf_counter() - answered


def is_running(connection: http.client.HTTPConnection) -> bool:
    """Whether the gateway answers with the flag's variants."""
    body = json.dumps({"context": {"targetingKey": VISITOR}})
    connection.request("POST", "/ofrep/v1/evaluate/flags/button", body, {"content-type": "application/json"})
    return b'"SPLIT"' in connection.getresponse().read()


if __name__ == "__main__":
    main()
