"""kube-score finds nothing to complain of in any overlay, apart from what was decided otherwise, and finds a planted fault."""

import subprocess

import pytest

from tests.kubernetes import rendering
from tests.services import go, kubernetes

VERSION = "1.20.0"
MODULE = f"github.com/zegl/kube-score/cmd/kube-score@v{VERSION}"
# Checks that are left out, and why.
DECIDED = {
    "container-image-pull-policy": "a tag names one image for ever",
    "deployment-has-host-podantiaffinity": "pods are spread by topologySpreadConstraints",
    "statefulset-has-host-podantiaffinity": "there is none",
    "networkpolicy-targets-pod": "operators make the pods of the stores",
}


def complaints(objects):
    program = go.install("kube-score", VERSION, MODULE)
    ignored = [option for name in DECIDED for option in ("--ignore-test", name)]
    # Without a limit of CPU time: decision 62.
    command = [program, "score", *ignored, "--ignore-container-cpu-limit", "--output-format", "ci", "-"]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, input=kubernetes.as_yaml(objects), capture_output=True, text=True, check=False
    )
    assert ended.stdout, ended.stderr
    return [line for line in ended.stdout.splitlines() if line.startswith(("[CRITICAL]", "[WARNING]"))]


@pytest.mark.parametrize("name", ["staging", "production"])
def test_the_linter_has_no_complaints(name):
    assert complaints(rendering.overlay(name)) == []


def test_the_linter_finds_a_planted_fault():
    objects = rendering.overlay("production")
    del rendering.container_of(rendering.get(objects, "Deployment", "orders"))["securityContext"]
    assert any("orders" in line for line in complaints(objects))
