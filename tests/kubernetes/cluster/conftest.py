"""A real control plane, for `make cluster`: these tests run if the variable CLUSTER is set."""

import os

import pytest

from tests.services import kubernetes
from tests.services.kubernetes import building

REASON = "Set CLUSTER=1, or run `make cluster`: the first run builds Kubernetes, which takes half an hour."


def pytest_collection_modifyitems(items):
    """Two files must not use the cluster at the same time."""
    for item in items:
        if "tests/kubernetes/cluster/" in str(item.path):
            item.add_marker(pytest.mark.slow)
            if not os.environ.get("CLUSTER"):
                item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture(scope="module")
def cluster(request):
    """An empty cluster that knows the operators' resources; with nodes if the module says so (SIMULATE)."""
    if not building.is_installed():
        pytest.skip(building.MISSING)
    kubernetes.start(simulate=getattr(request.module, "SIMULATE", False))
    kubernetes.define_resources()
    yield kubernetes
    kubernetes.stop()
