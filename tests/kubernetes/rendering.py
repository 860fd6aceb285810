"""The objects of an overlay, as kustomize renders them."""

import copy
from functools import lru_cache

import yaml

from tests.services import FOLDER, ROOT, kustomize

OVERLAYS = ("laptop", "staging", "production")
WORKLOADS = ("Deployment", "Job")


def overlay(name):
    """A copy of the objects, which a test may change."""
    return copy.deepcopy(_parsed(f"k8s/overlays/{name}"))


def production_with(*components):
    """A copy of the objects of production with more components: what a shop's own overlay would have."""
    return copy.deepcopy(_parsed(_overlay_with(components)))


@lru_cache(maxsize=8)
def _overlay_with(components):
    folder = FOLDER / "overlays" / "-".join(components)
    folder.mkdir(parents=True, exist_ok=True)
    up = "/".join([".."] * len(folder.relative_to(ROOT).parts))
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        # As in the overlay: what is added later gets no namespace otherwise.
        "namespace": "thriftshop",
        "resources": [f"{up}/k8s/overlays/production"],
        "components": [f"{up}/k8s/components/{name}" for name in components],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(content))
    return str(folder)


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
