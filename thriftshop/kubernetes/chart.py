"""A Helm chart of the same objects: those of base and of every component, each included if a value says so.

The components' kustomizations are read, so that what they change is written once. Their patches are of a few forms: an item or
key that is added or removed, and a text that is replaced; with any other form the chart is refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import conditions
from thriftshop.kubernetes.objects import Object

COMPONENTS = ("consumers", "postgres", "kafka", "cassandra", "linkerd", "keda", "monitoring", "ingress")
# What a shop may choose beside those of the overlay of production.
OPTIONAL = ("canary", "flagger")
EVERY = (*COMPONENTS, *OPTIONAL)
KINDS_ELSEWHERE = {"Namespace"}
IMAGE = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
# As with kustomize the name changes with the content, which restarts the pods; the old one stays for pods of before.
SETTINGS = 'shop-{{ include "shop.settings" . | sha256sum | trunc 10 }}'
OVERLAY = "overlays/production"
# Many times faster, where PyYAML was built with libyaml.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CONFIG_MAP = f"""apiVersion: v1
kind: ConfigMap
metadata:
  name: {SETTINGS}
  annotations: {{helm.sh/resource-policy: keep}}
data: {{{{- include "shop.settings" . | nindent 2 }}}}
"""
SETTINGS_TEMPLATE = """{{{{- define "shop.defaults" -}}}}
{defaults}{{{{- end }}}}
{{{{- define "shop.settings" -}}}}
{{{{ mergeOverwrite (include "shop.defaults" . | fromYaml) (.Values.settings | default dict) | toYaml }}}}
{{{{- end }}}}
"""


class Sources:
    """The files of k8s/, those that are about to be written among them, parsed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def objects(self, folder: str, *, only_files: bool = False) -> list[Object]:
        """The objects of a kustomization's resources, in folders below it too."""
        found: list[Object] = []
        for resource in self.kustomization(folder).get("resources", ()):
            path = f"{folder}/{resource}"
            if resource.endswith(".yaml"):
                found += self._parsed(path)
            elif not only_files:
                found += self.objects(path)
        return found

    def patches(self, folder: str) -> list[Object]:
        """The patches of a component, and of the components that it consists of."""
        own = self.kustomization(folder)
        inner = [patch for name in own.get("components", ()) for patch in self.patches(f"{folder}/{name}")]
        return [*inner, *(patch for patch in own.get("patches", ()) if "target" in patch)]

    def merged(self, folder: str) -> list[Object]:
        """Partial objects that a component merges into its own."""
        named = [patch["path"] for patch in self.kustomization(folder).get("patches", ()) if "path" in patch]
        return [item for path in named for item in self._parsed(f"{folder}/{path}")]

    def settings(self, folder: str) -> dict[str, str]:
        """What a component adds to the ConfigMap."""
        generators = self.kustomization(folder).get("configMapGenerator", ())
        return dict(literal.split("=", 1) for generator in generators for literal in generator["literals"])

    def kustomization(self, folder: str) -> Object:
        """The kustomization of a folder."""
        (content,) = self._parsed(f"{folder}/kustomization.yaml")
        return content

    def _parsed(self, path: str) -> list[Object]:
        return [item for item in yaml.load_all(self._texts[path], Loader=LOADER) if item]


def objects(sources: Sources, configs: Sequence[ContextConfig]) -> dict[str, list[Object]]:
    """The objects of each template: those of base, and of each component."""
    files = {"base": sources.objects("base"), "mail": sources.objects(OVERLAY, only_files=True)}
    files |= {name: sources.objects(f"components/{name}") for name in EVERY}
    for name in EVERY:
        for partial in sources.merged(f"components/{name}"):
            _merge(next(item for item in files[name] if _is_same(item, partial)), partial)
    every = [item for of_file in files.values() for item in of_file]
    for name in EVERY:
        for patch in sources.patches(f"components/{name}"):
            _apply(patch, every, name)
    for item in every:
        _parametrise(item, {config.label: config for config in configs})
    return {name: [item for item in of_file if item["kind"] not in KINDS_ELSEWHERE] for name, of_file in files.items()}


def values(sources: Sources, configs: Sequence[ContextConfig]) -> Object:
    """The chart's values by default: production's components, and each context's replicas and resources."""
    return {
        "image": {"repository": "thriftshop", "tag": "latest"},
        "host": "shop.example",
        "gatewayClass": "eg",
        **dict.fromkeys(COMPONENTS, True),
        **dict.fromkeys(OPTIONAL, False),
        "settings": sources.settings(OVERLAY),
        "contexts": {config.label: {"replicas": config.replicas, **config.resources._asdict()} for config in configs},
    }


def _settings(sources: Sources) -> str:
    """The template of the settings: base's, each component's, and those of the values, which come last."""
    added = {name: sources.settings(f"components/{name}") for name in EVERY}
    blocks = [conditions.whole(yaml.safe_dump(literals), name) for name, literals in added.items() if literals]
    return SETTINGS_TEMPLATE.format(defaults="".join([yaml.safe_dump(sources.settings("base/common")), *blocks]))


def _is_same(item: Object, partial: Object) -> bool:
    return (item["kind"], item["metadata"]["name"]) == (partial["kind"], partial["metadata"]["name"])


def _merge(item: Object, partial: Object) -> None:
    for key, value in partial.items():
        if isinstance(value, dict) and isinstance(item.get(key), dict):
            _merge(item[key], value)
        else:
            item[key] = value


def _apply(patch: Object, items: Sequence[Object], component: str) -> None:
    """Make a component's changes conditional parts of the objects that it selects."""
    target = patch["target"]
    wanted = dict(part.split("=") for part in target.get("labelSelector", "").split(",") if part)
    for item in items:
        has_labels = wanted.items() <= item["metadata"].get("labels", {}).items()
        is_named = target.get("name") in (None, item["metadata"]["name"])
        if (
            re.fullmatch(target["kind"], item["kind"])
            and has_labels
            and is_named
            and item["kind"] not in KINDS_ELSEWHERE
        ):
            for operation in yaml.safe_load(patch["patch"]):
                _operate(operation, item, component)


def _operate(operation: Object, item: Object, component: str) -> None:
    parent, key = _place(item, operation["path"])
    if operation["op"] == "add" and isinstance(parent, list) and key == "-":
        parent.append(operation["value"])
        conditions.included(parent, len(parent) - 1, component)
    elif operation["op"] == "add" and isinstance(parent, dict) and key not in parent:
        parent[key] = operation["value"]
        conditions.keyed(parent, key, component)
    elif operation["op"] == "remove" and isinstance(parent, dict):
        conditions.keyed(parent, key, component, "unless")
    elif operation["op"] == "remove" and isinstance(parent, list):
        conditions.included(parent, int(key), component, "unless")
    elif operation["op"] == "replace" and isinstance(parent, dict) and isinstance(operation["value"], str):
        parent[key] = f'{{{{ ternary "{operation["value"]}" "{parent[key]}" .Values.{component} }}}}'
    else:
        raise ValueError(f"The component {component} changes {operation['path']} in a way that the chart cannot.")


def _place(item: Any, path: str) -> tuple[Any, str]:
    *steps, key = path.strip("/").split("/")
    for step in steps:
        item = item[int(step)] if isinstance(item, list) else item[step]
    return item, key.replace("~1", "/")


def _parametrise(item: Object, configs: Mapping[str, ContextConfig]) -> None:
    """Put values in place of what differs from shop to shop."""
    if item["kind"] == "Gateway":
        item["spec"]["gatewayClassName"] = "{{ .Values.gatewayClass }}"
        item["spec"]["listeners"][0]["hostname"] = "{{ .Values.host }}"
    if item["kind"] == "RoleBinding":
        # kustomize adds the namespace itself.
        item["subjects"] = [{**subject, "namespace": "{{ .Release.Namespace }}"} for subject in item["subjects"]]
    if item["kind"] in ("PrometheusRule", "MetricTemplate"):
        item["spec"] = _escaped(item["spec"])
    if item["kind"] not in ("Deployment", "Job"):
        return
    name = item["metadata"]["labels"]["app.kubernetes.io/name"]
    own = f".Values.contexts.{name}"
    template = item["spec"]["template"]
    (container,) = template["spec"]["containers"]
    container["image"] = IMAGE
    container["envFrom"][0]["configMapRef"]["name"] = SETTINGS
    container["resources"]["requests"] |= {"cpu": f"{{{{ {own}.cpu }}}}", "memory": f"{{{{ {own}.memory }}}}"}
    container["resources"]["limits"]["memory"] = f"{{{{ {own}.memory_limit }}}}"
    if item["kind"] == "Job":
        item["metadata"]["name"] = f"{name}-migration-{{{{ .Values.image.tag }}}}"
    else:
        item["spec"]["replicas"] = f"{{{{ {own}.replicas }}}}"


def _escaped(value: Any) -> Any:
    """A value with templates of its own, which Helm is to leave alone."""
    if isinstance(value, dict):
        return {key: _escaped(content) for key, content in value.items()}
    if isinstance(value, list):
        return [_escaped(content) for content in value]
    return value.replace("{{", "{{ `{{` }}") if isinstance(value, str) else value


def texts(
    sources: Sources, configs: Sequence[ContextConfig], dump: Callable[[Sequence[Object]], str]
) -> Iterator[tuple[str, str]]:
    """The templates by their names."""
    yield "_settings.tpl", _settings(sources)
    yield "settings.yaml", CONFIG_MAP
    for name, of_file in objects(sources, configs).items():
        text = conditions.template(dump(of_file))
        # A number in quotes is a string for Kubernetes.
        text = re.sub(r"'(\{\{ \.Values\.contexts\.\w+\.replicas \}\})'", r"\1", text)
        yield f"{name}.yaml", conditions.whole(text, name) if name in EVERY else text
