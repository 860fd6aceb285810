"""Two versions of a context as Prometheus and probes see them: their requests follow the weights of the route in the cluster."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from tests.services import ROOT, kubernetes, processes, prometheus
from thriftshop.events import envelope
from thriftshop.kubernetes.canary import readers, routes

NAMESPACE, CONTEXT = "thriftshop", "orders"
PORT = 9479
RATE = 400
"""Requests a second, of both versions together."""
LABELS = ("namespace", "app_kubernetes_io_name", "app_kubernetes_io_component")
CALL = ("service", "method", "caller", "outcome")


class Versions:
    """What the processes of both versions measure. Tests set what the canary does worse."""

    def __init__(self):
        self.failing, self.slow, self.dead_letters, self.probe_fails = 0.0, 0.0, 0, False
        self.weights = []
        self._registry = CollectorRegistry()
        buckets = (0.01, 0.1, 0.5, 1.0)
        made = {"registry": self._registry}
        self._calls = Histogram("thriftshop_served_call_seconds", "Calls.", [*LABELS, *CALL], buckets=buckets, **made)
        self._consumed = Counter("thriftshop_events_consumed_total", "Events.", [*LABELS, "group"], **made)
        self._dead = Counter("thriftshop_dead_letters_total", "Dead letters.", [*LABELS, "group"], **made)
        self._kinds = Gauge("thriftshop_event_kinds", "Kinds.", [*LABELS, "topic"], **made)
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._serve, self._work)]
        self.know()

    def know(self, **fewer):
        """Let every context know all kinds of events, and some fewer."""
        count = len(envelope.kinds(CONTEXT))
        for name in readers.followers(CONTEXT):
            for component in ("server", "consumer"):
                known = count - fewer.get(f"{name}_{component}", 0)
                self._kinds.labels(NAMESPACE, name, component, CONTEXT).set(known)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        prometheus.start([f"127.0.0.1:{PORT}"])
        return self

    def __exit__(self, *_):
        prometheus.stop()
        self._stopped.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def _work(self):
        while not self._stopped.wait(1):
            weight = self._weight()
            if not self.weights or self.weights[-1] != weight:
                self.weights.append(weight)
            self._called("server", RATE * (100 - weight) // 100, 0.0, 0.0)
            self._called("canary", RATE * weight // 100, self.failing, self.slow)
            for component in ("consumer", "consumer-canary"):
                self._consumed.labels(NAMESPACE, CONTEXT, component, "orders.listing").inc(40)
            self._dead.labels(NAMESPACE, CONTEXT, "consumer-canary", "orders.listing").inc(self.dead_letters)

    def _called(self, component, count, failing, slow):
        series = {
            outcome: self._calls.labels(NAMESPACE, CONTEXT, component, "OrdersService", "place", "gateway", outcome)
            for outcome in ("ok", *(("INTERNAL",) if failing else ()))
        }
        for number in range(count):
            outcome = "INTERNAL" if number < count * failing else "ok"
            series[outcome].observe(0.7 if number < count * slow else 0.02)

    def _weight(self):
        with suppress(processes.Failed):
            return routes.weight_of(route()["spec"]["rules"], CONTEXT)
        return 0

    def _serve(self):
        versions = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                is_probe = self.path != "/metrics"
                body = b"ready" if is_probe else generate_latest(versions._registry)
                self.send_response(503 if is_probe and versions.probe_fails else 200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        self._server.serve_forever()


def route():
    return kubernetes.get("httproute", f"{CONTEXT}-canary", "--namespace", NAMESPACE)


def deployment(name):
    """A deployment; None if there is none."""
    text = kubernetes.run("get", "deployment", name, "--namespace", NAMESPACE, "--ignore-not-found", "--output", "json")
    return json.loads(text) if text else None


def image(name=CONTEXT):
    return deployment(name)["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2]


def last_outcome(name=CONTEXT):
    return json.loads(deployment(name)["metadata"]["annotations"]["thriftshop.example/last-canary"])


def weight():
    return routes.weight_of(route()["spec"]["rules"], CONTEXT)


def account():
    """A kubeconfig file of the account that releases, as it has no other rights."""
    content = yaml.safe_load(kubernetes.KUBECONFIG.read_text())
    token = kubernetes.run("create", "token", "canary", "--namespace", NAMESPACE).strip()
    content["users"] = [{"name": "administrator", "user": {"token": token}}]
    path = kubernetes.RUN / "canary-kubeconfig"
    path.write_text(yaml.safe_dump(content))
    return path


SHORT = ("--hold=6", "--wait=20", "--poll=0.5", "--window=5", "--drain=1", "--prepare=60", "--rollout=120")


def command(*arguments):
    return [
        sys.executable,
        "manage.py",
        "canary",
        CONTEXT,
        f"--namespace={NAMESPACE}",
        f"--prometheus={prometheus.URL}",
        f"--probe=http://127.0.0.1:{PORT}",
        *SHORT,
        *arguments,
    ]


def environment():
    return {**os.environ, "KUBECONFIG": str(account()), "DJANGO_SETTINGS_MODULE": "settings.development"}


def release(*arguments):
    """Run the command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        command(*arguments), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=300
    )


@contextmanager
def releasing(*arguments):
    """The command while it runs; it is killed at the end."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        command(*arguments), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.communicate()


def wait_until(condition, seconds=180.0):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.2)
