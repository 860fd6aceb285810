"""`manage.py canary`: releases a new version of a context to a growing share of its requests."""

import argparse
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.events import envelope
from thriftshop.kubernetes.canary import deploying, kubeconfig, measuring, probing, readers, running, states
from thriftshop.kubernetes.canary.cluster import Cluster, Interfered, Unsuitable
from thriftshop.kubernetes.canary.deploying import CONSUMERS, SERVERS, Part
from thriftshop.kubernetes.canary.kubernetes_api import Api, Refused, Unreachable
from thriftshop.kubernetes.canary.states import Limits, Phase, State
from thriftshop.kubernetes.objects import SHOP

ROLLED_BACK, REFUSED, PAUSED = 1, 2, 3
PROMETHEUS = "http://prometheus-operated.monitoring:9090"
HELP = """\
Releases a new version of a context beside the running one: it gets 1, 5, 25 and 50 percent of the requests, and after a
good verdict at each step all of them. A bad verdict, at any moment, rolls it back: failures, slow answers, late events,
dead letters and figures of the business, compared with those of the running version, or an alert that pages somebody.
With few requests a probe decides.

The state is in the cluster: the same command continues a release that was interrupted. Ctrl-C leaves the canary without
requests.
"""
EXAMPLES = """\
Examples:
  manage.py canary orders --image release-2               begin, or continue
  manage.py canary orders --image release-2 --consumers   the projections and reactions, before the servers
  manage.py canary orders --status
  manage.py canary orders --abort                         roll back

Run it from the new version, whose contracts are compared with what the readers of its events know:
  docker run ... registry.example/thriftshop:release-2 python manage.py canary orders --image release-2

Exit codes: 0 promoted, 1 rolled back, 2 refused (nothing was changed), 3 paused.
docs/kubernetes.md explains what a verdict consists of.
"""


class Command(BaseCommand):
    """Runs canary releases."""

    help = HELP
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        """Keep the line breaks of the help."""
        options |= {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": EXAMPLES}
        return super().create_parser(prog_name, subcommand, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is released, where, and how slowly."""
        limits = Limits()
        parser.add_argument("context", choices=settings.ALL_CONTEXTS, metavar="context")
        parser.add_argument("--image", default="", metavar="TAG", help="the new image: a tag, or its whole name")
        parser.add_argument("--consumers", action="store_true", help="release the consumers instead of the servers")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--status", action="store_true", help="say how far the release is")
        action.add_argument("--abort", action="store_true", help="roll back")
        parser.add_argument("--namespace", default="", help=f"by default the kubeconfig's, or {SHOP}")
        parser.add_argument("--kube-context", default="", metavar="NAME", help="a context of the kubeconfig file")
        parser.add_argument("--prometheus", default=PROMETHEUS, metavar="URL", help=f"by default {PROMETHEUS}")
        parser.add_argument("--steps", type=_steps, default=states.STEPS, help="percentages, by default 1,5,25,50")
        seconds: dict[str, Any] = {"type": int, "metavar": "SECONDS"}
        parser.add_argument("--hold", default=limits.hold // 1000, help="the least time at each step (300)", **seconds)
        parser.add_argument(
            "--wait", default=limits.verdict // 1000, help="for a good verdict, after it (900)", **seconds
        )
        parser.add_argument(
            "--prepare", default=limits.prepare // 1000, help="until its pods are ready (600)", **seconds
        )
        parser.add_argument(
            "--rollout", default=limits.rollout // 1000, help="until all are replaced (1800)", **seconds
        )
        parser.add_argument("--drain", default=limits.drain // 1000, help="before its removal (10)", **seconds)
        parser.add_argument("--window", default=60, help="the least time that is compared (60)", **seconds)
        parser.add_argument("--poll", type=float, default=10.0, metavar="SECONDS", help="between two looks (10)")
        parser.add_argument(
            "--probe", default="", metavar="URL", help="where the canary answers; by default its service"
        )
        parser.add_argument(
            "--probe-requests",
            metavar="FILE",
            type=_file,
            help="a JSON object per line: path, and body, contains, excludes as needed",
        )

    def handle(self, *_: Any, context: str, consumers: bool, **options: Any) -> None:
        """Run the release. Raises CommandError with the exit code."""
        config, part = contexts.get(context), CONSUMERS if consumers else SERVERS
        try:
            access = kubeconfig.find(options["kube_context"])
            place = Cluster(Api(access), options["namespace"] or access.namespace or SHOP, context, part)
            prometheus = measuring.Prometheus(options["prometheus"])
            if options["status"]:
                self.stdout.write(_status(place))
                return
            release = self._release(config, place, prometheus, options)
            if not options["abort"] and place.state() is None:
                self.stdout.write(f"Contracts are those of this code, version {settings.VERSION}.")
                _check_readers(config, part, prometheus, place.namespace)
            state = release.abort() if options["abort"] else release.begin(options["image"])
            _end(self._run(release, state))
        except (Unsuitable, kubeconfig.Unusable, measuring.Unavailable, Refused, Unreachable, ValueError) as problem:
            raise CommandError(str(problem), returncode=REFUSED) from problem
        except Interfered as problem:
            raise CommandError(str(problem), returncode=PAUSED) from problem

    def _release(
        self, config: ContextConfig, place: Cluster, prometheus: measuring.Prometheus, options: dict[str, Any]
    ) -> running.Release:
        metrics = measuring.Metrics(prometheus, place.namespace, config.label, place.part, config.guardrails)
        requests = probing.requests_of(options["probe_requests"] or "", is_public=config.is_public)
        send = _sender(place, options["probe"])
        limits = Limits(*(options[name] * 1000 for name in ("hold", "wait", "prepare", "rollout", "drain")))
        chosen = running.Options(limits, options["steps"], options["poll"], options["window"])
        return running.Release(place, metrics, lambda: probing.probe(requests, send), chosen, self._report)

    def _run(self, release: running.Release, state: State) -> State:
        """Run until the end. A signal pauses; a second one ends at once, as the first did before there was a handler."""
        handlers = {
            number: signal.signal(number, lambda *_: release.stop()) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            return release.run(state)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _report(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _end(state: State) -> None:
    if state.phase is Phase.ROLLED_BACK:
        raise CommandError(f"{state.image} was not released: {state.reason}.", returncode=ROLLED_BACK)
    if not state.has_ended:
        raise CommandError(f"Paused: {running.describe(state)}.", returncode=PAUSED)


def _status(place: Cluster) -> str:
    if state := place.state():
        return f"{place.context}: {state.image} beside {state.previous}: {running.describe(state)}."
    deployment = place.running()
    last = deployment["metadata"].get("annotations", {}).get(deploying.OUTCOME, "none")
    return f"{place.context}: {deploying.image_of(deployment)} is running, without a canary. The last one: {last}"


def _check_readers(config: ContextConfig, part: Part, prometheus: measuring.Prometheus, namespace: str) -> None:
    """Refuse to record events that others do not know yet."""
    if not config.topic:
        return
    known_by = readers.known(prometheus, namespace, config.topic)
    if problems := readers.problems(config, part, list(envelope.kinds(config.topic)), known_by):
        raise Unsuitable("Readers first:\n  " + "\n  ".join(problems))


def _sender(place: Cluster, address: str) -> probing.Send:
    """How probes reach the canary: at an address, at its service from within the cluster, or through the API server."""
    service = deploying.canary_name(place.context, SERVERS)
    if address or place.api.access.is_inside:
        return probing.directly(address or f"http://{service}.{place.namespace}")
    return probing.by_api_server(place.api, place.namespace, service)


def _steps(text: str) -> tuple[int, ...]:
    try:
        return running.steps_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _file(text: str) -> str:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text} is no file.")
    return text
