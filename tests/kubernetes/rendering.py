"""The objects of an overlay, as kustomize renders them."""

import copy
from functools import lru_cache

import yaml

from tests.services import kustomize

OVERLAYS = ("laptop", "staging", "production")
WORKLOADS = ("Deployment", "Job")


def overlay(name):
    """A copy of the objects, which a test may change."""
    return copy.deepcopy(_parsed(f"k8s/overlays/{name}"))


@lru_cache(maxsize=8)
def _parsed(folder):
    return list(yaml.load_all(kustomize.render(folder), Loader=yaml.CSafeLoader))


def of_kind(objects, *kinds):
    return [item for item in objects if item["kind"] in kinds]


def get(objects, kind, name):
    (found,) = (item for item in of_kind(objects, kind) if item["metadata"]["name"] == name)
    return found


def pod_of(workload):
    return workload["spec"]["template"]["spec"]


def container_of(workload):
    (container,) = pod_of(workload)["containers"]
    return container


def labels_of(workload):
    return workload["spec"]["template"]["metadata"]["labels"]


def selects(selector, labels):
    """Whether a label selector matches; every key of it is known here."""
    assert set(selector) <= {"matchLabels"}, selector
    return selector.get("matchLabels", {}).items() <= labels.items()
