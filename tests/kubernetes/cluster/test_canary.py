"""Canary releases on a real API server with simulated pods: promoted, rolled back, interrupted and refused.

The command runs as the account of the component `canary`, and reads a real Prometheus, whose samples follow the route's weights.
"""

import signal

import pytest

from tests.kubernetes import rendering
from tests.kubernetes.cluster import versions
from tests.kubernetes.cluster.test_nodes import NODES, node
from tests.services import kubernetes, prometheus
from tests.services.running import require

SIMULATE = True
NAMESPACE = versions.NAMESPACE
EVERYWHERE = ("Namespace", "PriorityClass", "ServiceAccount", "Role", "RoleBinding", "ConfigMap")
OWN = ("Service", "Deployment", "HTTPRoute")
# The processes that do not know all kinds of events.
BEHIND = "thriftshop_event_kinds < scalar(max(thriftshop_event_kinds))"
PROMOTED, ROLLED_BACK, REFUSED, PAUSED = range(4)


@pytest.fixture(scope="module")
def context(cluster):
    """The context `orders` of production with the component `canary`: its servers and consumers are ready."""
    require(prometheus.is_installed(), prometheus.MISSING)
    kubernetes.run("create", "--filename", "-", given=kubernetes.as_yaml([node(number) for number in range(NODES)]))
    production = rendering.production_with("canary")
    chosen = rendering.of_kind(production, *EVERYWHERE)
    chosen += [item for item in rendering.of_kind(production, *OWN) if item["metadata"]["name"].startswith("orders")]
    for item in rendering.of_kind(chosen, "Deployment"):
        item["spec"]["replicas"] = 2
    ended = kubernetes.apply(chosen)
    assert ended.returncode == 0, ended.stderr
    wait_until_ready()
    return chosen


@pytest.fixture
def measured(context):
    """Both versions work as well, and release-1 is running everywhere."""
    for name in ("orders", "orders-consumer"):
        container = versions.deployment(name)["spec"]["template"]["spec"]["containers"][0]
        kubernetes.run(
            "set", "image", f"deployment/{name}", f"{container['name']}=shop:release-1", "--namespace", NAMESPACE
        )
    kubernetes.run("delete", "jobs", "--all", "--namespace", NAMESPACE)
    wait_until_ready()
    with versions.Versions() as measured:
        versions.wait_until(lambda: len(prometheus.query("thriftshop_event_kinds")) > 2)
        yield measured


def wait_until_ready():
    for name in ("orders", "orders-consumer"):
        kubernetes.run("rollout", "status", f"deployment/{name}", "--namespace", NAMESPACE, "--timeout=120s")


def is_as_before(name="orders"):
    """Whether nothing of a canary is left, and no request goes to one."""
    return (
        versions.deployment(f"{name}-canary") is None and versions.weight() == 0 and versions.image(name) == "release-1"
    )


def test_a_good_version_is_promoted_step_by_step(measured):
    ended = versions.release("--image=release-2")
    assert ended.returncode == PROMOTED, ended.stdout + ended.stderr
    assert versions.image() == "release-2"
    assert versions.deployment("orders-canary") is None
    assert measured.weights[:5] == [0, 1, 5, 25, 50]
    versions.wait_until(lambda: versions.weight() == 0)
    assert versions.last_outcome()["outcome"] == "promoted"
    assert kubernetes.get("job", "orders-migration-release-2", "--namespace", NAMESPACE)
    # At 1 percent of 400 requests a second a probe decided, later the requests.
    assert "step 1 of 4, 1 %: good, by" in ended.stdout
    assert "requests and probes" in ended.stdout
    assert "step 4 of 4, 50 %: good, by" in ended.stdout
    assert versions.image("orders-consumer") == "release-1"


def test_a_version_that_fails_is_rolled_back_at_its_first_step(measured):
    measured.failing = 0.5
    ended = versions.release("--image=release-2", "--steps=25,50")
    assert ended.returncode == ROLLED_BACK, ended.stdout + ended.stderr
    assert "failures: 50.00%" in ended.stderr
    assert is_as_before()
    assert 50 not in measured.weights
    outcome = versions.last_outcome()
    assert outcome["outcome"] == "rolled back"
    assert "of the running version 0.00%" in outcome["reason"]


def test_a_version_that_becomes_slow_at_a_later_step_is_rolled_back(measured):
    with versions.releasing("--image=release-2") as process:
        versions.wait_until(lambda: versions.weight() == 25)
        measured.slow = 0.2
        assert process.wait(180) == ROLLED_BACK
    assert is_as_before()
    assert "requests slower than 100 ms" in versions.last_outcome()["reason"]


def test_with_few_requests_a_failing_probe_rolls_back(measured):
    measured.probe_fails = True
    ended = versions.release("--image=release-2")
    assert ended.returncode == ROLLED_BACK, ended.stdout + ended.stderr
    assert "the probe of /readyz failed: HTTP Error 503" in ended.stderr
    assert is_as_before()


def test_one_that_was_killed_continues_at_its_step(measured):
    with versions.releasing("--image=release-2") as process:
        versions.wait_until(lambda: versions.weight() == 5)
        process.kill()
        process.wait()
    assert versions.weight() == 5
    status = versions.release("--status")
    assert "step 2 of 4, 5 %" in status.stdout
    ended = versions.release("--image=release-2")
    assert ended.returncode == PROMOTED, ended.stdout + ended.stderr
    assert "continues: step 2 of 4" in ended.stdout
    assert measured.weights[:5] == [0, 1, 5, 25, 50]
    assert versions.image() == "release-2"


def test_ctrl_c_leaves_the_canary_without_requests_and_it_is_aborted_later(measured):
    with versions.releasing("--image=release-2") as process:
        versions.wait_until(lambda: versions.weight() == 5)
        process.send_signal(signal.SIGINT)
        assert process.wait(180) == PAUSED
    assert versions.weight() == 0
    assert versions.deployment("orders-canary")
    other = versions.release("--image=release-3")
    assert other.returncode == REFUSED
    assert "A canary of shop:release-2 is observing" in other.stderr
    ended = versions.release("--abort")
    assert ended.returncode == ROLLED_BACK, ended.stdout + ended.stderr
    assert "aborted by hand" in ended.stderr
    assert is_as_before()


def test_two_commands_do_not_release_at_once(measured):
    with versions.releasing("--image=release-2") as first:
        versions.wait_until(lambda: versions.weight() == 1)
        with versions.releasing("--image=release-2") as second:
            versions.wait_until(lambda: first.poll() is not None or second.poll() is not None)
            assert {first.poll(), second.poll()} - {None} == {PAUSED}
    assert versions.release("--abort").returncode == ROLLED_BACK
    assert is_as_before()


def test_a_version_whose_pods_do_not_become_ready_gets_no_requests(measured):
    names = [f"node-{number}" for number in range(NODES)]
    kubernetes.run("cordon", *names)
    try:
        ended = versions.release("--image=release-2", "--prepare=5")
    finally:
        kubernetes.run("uncordon", *names)
    assert ended.returncode == ROLLED_BACK, ended.stdout + ended.stderr
    assert "not ready after 5 s" in ended.stderr
    assert measured.weights == [0]
    assert is_as_before()


def test_a_deployment_by_hand_meanwhile_ends_the_release_and_stays(measured):
    with versions.releasing("--image=release-2") as process:
        versions.wait_until(lambda: versions.weight() == 5)
        kubernetes.run("set", "image", "deployment/orders", "orders=shop:hotfix", "--namespace", NAMESPACE)
        assert process.wait(180) == ROLLED_BACK
    assert versions.image() == "hotfix"
    assert versions.weight() == 0
    assert versions.deployment("orders-canary") is None


def test_readers_go_first(measured):
    measured.know(orders_server=1, orders_consumer=1, recommender_server=1)
    versions.wait_until(lambda: len(prometheus.query(BEHIND)) == 3)
    ended = versions.release("--image=release-2")
    assert ended.returncode == REFUSED, ended.stdout + ended.stderr
    assert "recommender knows" in ended.stderr
    assert "manage.py canary orders --consumers" in ended.stderr
    assert is_as_before()
    assert kubernetes.get("jobs", "--namespace", NAMESPACE)["items"] == []
    measured.know(orders_server=1)
    versions.wait_until(lambda: len(prometheus.query(BEHIND)) == 1)
    with versions.releasing("--image=release-2"):
        versions.wait_until(lambda: versions.weight() == 1)
    assert versions.release("--abort").returncode == ROLLED_BACK


def test_consumers_are_released_by_a_pod_that_processes_events(measured):
    ended = versions.release("--image=release-2", "--consumers", "--steps=50")
    assert ended.returncode == PROMOTED, ended.stdout + ended.stderr
    assert versions.image("orders-consumer") == "release-2"
    assert versions.image() == "release-1"
    assert set(measured.weights) == {0}
    assert versions.deployment("orders-consumer-canary") is None


def test_dead_letters_roll_consumers_back(measured):
    measured.dead_letters = 2
    ended = versions.release("--image=release-2", "--consumers", "--steps=50")
    assert ended.returncode == ROLLED_BACK, ended.stdout + ended.stderr
    assert "dead letters" in ended.stderr
    assert is_as_before("orders-consumer")


@pytest.mark.parametrize(
    "action",
    [
        ("delete", "deployment", "orders"),
        ("get", "secrets"),
        ("get", "pods"),
        ("delete", "httproute", "orders-canary"),
        ("scale", "deployment", "orders", "--replicas=0"),
    ],
)
def test_the_account_has_no_other_rights(context, action):
    refused = kubernetes.kubectl(*action, "--namespace", NAMESPACE, f"--kubeconfig={versions.account()}")
    assert refused.returncode != 0
    assert "forbidden" in refused.stderr.lower()


def test_the_manifests_may_be_applied_again_during_a_release(measured, context):
    """The weights of the manifests are 100 and 0 until the command looks again: all go to the running version."""
    with versions.releasing("--image=release-2") as process:
        versions.wait_until(lambda: versions.weight() == 5)
        assert kubernetes.apply(rendering.of_kind(context, "HTTPRoute")).returncode == 0
        versions.wait_until(lambda: versions.weight() in (5, 25))
        assert process.poll() is None
    assert versions.release("--abort").returncode == ROLLED_BACK
    assert is_as_before()
