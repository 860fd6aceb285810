"""The generated files in k8s/: one folder per context in `base`, and the parts of components that depend on the contexts."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import (
    chart,
    consumers,
    drivers,
    embedded,
    ingress,
    kafka,
    mesh,
    monitoring,
    network,
    postgres,
    workloads,
)
from thriftshop.kubernetes.canary import flagger, manifests
from thriftshop.kubernetes.objects import Object, dns_name

ROOT = Path(__file__).resolve().parents[2] / "k8s"
HEADER = "# Written by `manage.py manifests`; change thriftshop/kubernetes, the contexts' apps.py or their contracts instead.\n"
KUSTOMIZATION = "kustomization.yaml"
LINE = 140


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, which kubectl and people read more easily."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


@lru_cache(maxsize=1)
def contents() -> dict[Path, str]:
    """The text of every generated file by its path."""
    configs = contexts.all_contexts()
    names = [dns_name(config) for config in configs]
    objects: dict[str, Sequence[Object]] = {
        f"base/{KUSTOMIZATION}": [_kustomization(["common", *names])],
        "components/loader/job.yaml": drivers.of_loader(),
        "components/monitoring/rules.yaml": [monitoring.rules_object()],
        "components/postgres/databases.yaml": [postgres.database(config) for config in configs],
        "components/postgres/roles.yaml": [postgres.cluster_roles(configs)],
        f"components/postgres/contexts/{KUSTOMIZATION}": [_patching(postgres.changes)],
        "components/kafka/access.yaml": [kafka.user(config) for config in configs],
        f"components/kafka/contexts/{KUSTOMIZATION}": [_patching(kafka.changes)],
        "components/ingress/routes.yaml": [item for config in ingress.public() for item in ingress.of(config)],
        "components/embedded/volumes.yaml": [embedded.volume(config) for config in configs],
        "components/embedded/deployments.yaml": [embedded.patch(config) for config in configs],
        "components/canary/rights.yaml": manifests.rights(),
        f"components/canary/public/{KUSTOMIZATION}": [_patching(manifests.public_routes)],
        "components/flagger/queries.yaml": flagger.templates(),
        f"components/flagger/services/{KUSTOMIZATION}": [_patching(flagger.changes)],
        **_folder("components/canary/contexts", manifests.of),
        **_folder("components/flagger/contexts", flagger.of),
        **_folder("components/consumers/contexts", consumers.of),
        **_folder("components/linkerd/contexts", mesh.of),
        **_folder("components/keda/contexts", consumers.scaling),
    }
    for config in configs:
        objects |= _base(config)
    texts = {name: text_of(of_file) for name, of_file in objects.items()}
    return {ROOT / name: text for name, text in {**texts, **_chart(texts)}.items()}


def _chart(written: Mapping[str, str]) -> dict[str, str]:
    """The Helm chart, made of the generated files and of those that are written by hand."""
    by_hand = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.rglob("*.yaml")}
    sources, configs = chart.Sources({**by_hand, **written}), contexts.all_contexts()
    templates = chart.texts(sources, configs, _template_text)
    values = text_of([chart.values(sources, configs)])
    return {"chart/values.yaml": values, **{f"chart/templates/{name}": HEADER + text for name, text in templates}}


def _template_text(objects: Sequence[Object]) -> str:
    """Objects as YAML whose lines are not broken, since a part of a template must be on one line."""
    return _dump(objects, sys.maxsize)


def _base(config: ContextConfig) -> dict[str, Sequence[Object]]:
    folder = f"base/{dns_name(config)}"
    return {
        f"{folder}/{KUSTOMIZATION}": [_kustomization(["workload.yaml", "network.yaml"])],
        f"{folder}/workload.yaml": workloads.of(config),
        f"{folder}/network.yaml": network.of(config),
    }


def _folder(folder: str, objects_of: Callable[[ContextConfig], Sequence[Object]]) -> dict[str, Sequence[Object]]:
    """A file for each context that has objects of this kind, and what lists them."""
    files = {f"{dns_name(config)}.yaml": objects_of(config) for config in contexts.all_contexts()}
    files = {name: objects for name, objects in files.items() if objects}
    return {
        f"{folder}/{KUSTOMIZATION}": [_kustomization(list(files))],
        **{f"{folder}/{name}": objects for name, objects in files.items()},
    }


def _kustomization(resources: Sequence[str]) -> Object:
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": list(resources)}


def _patching(changes_of: Callable[[ContextConfig], Sequence[Object]]) -> Object:
    """A component that changes the deployments and jobs of each context."""
    changes = [change for config in contexts.all_contexts() for change in changes_of(config)]
    return {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": changes}


def text_of(objects: Sequence[Object]) -> str:
    """Objects as YAML documents."""
    return HEADER + _dump(objects, LINE)


def _dump(objects: Sequence[Object], width: int) -> str:
    return yaml.dump_all(
        objects, Dumper=_Dumper, sort_keys=False, width=width, explicit_start=True, default_flow_style=None
    )


def obsolete() -> list[Path]:
    """Files that were written before and are no longer made."""
    files = (path for path in ROOT.rglob("*") if path.suffix in (".yaml", ".tpl"))
    written = {path for path in files if path.read_text("utf-8").startswith(HEADER)}
    return sorted(written - contents().keys())


def outdated() -> list[Path]:
    """Files that differ from what would be written."""
    changed = [path for path, text in contents().items() if not path.exists() or path.read_text("utf-8") != text]
    return [*changed, *obsolete()]


def write() -> None:
    """Write all files, and delete those that are obsolete, with the folders that they leave empty."""
    for path, text in contents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for path in obsolete():
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
