"""What a canary release reads and changes in the cluster: two deployments, a migration, and the weights of routes."""

import copy
from typing import Any

from thriftshop.kubernetes.canary import deploying, routes, states
from thriftshop.kubernetes.canary.deploying import Part
from thriftshop.kubernetes.canary.kubernetes_api import Api, Conflict
from thriftshop.kubernetes.canary.states import State
from thriftshop.kubernetes.objects import NAME, Object


class Unsuitable(Exception):
    """This context cannot have a canary now; the message says why, and what to do."""


class Interfered(Exception):
    """Another process changed the state of the release."""


class Cluster:
    """A context's part in a namespace of a cluster."""

    def __init__(self, api: Api, namespace: str, context: str, part: Part) -> None:
        self.api, self.namespace, self.context, self.part = api, namespace, context, part
        self._deployments = f"/apis/apps/v1/namespaces/{namespace}/deployments"
        self._jobs = f"/apis/batch/v1/namespaces/{namespace}/jobs"
        self._routes = f"/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/httproutes"
        self._running_path = f"{self._deployments}/{deploying.name_of(context, part)}"
        self._canary_path = f"{self._deployments}/{deploying.canary_name(context, part)}"

    def running(self) -> Object:
        """The running deployment. Raises Unsuitable if there is none."""
        if (item := self.api.get(self._running_path)) is None:
            name = deploying.name_of(self.context, self.part)
            raise Unsuitable(f"The namespace {self.namespace} has no deployment {name}: apply the manifests first.")
        return item

    def canary(self) -> Object | None:
        """The canary's deployment."""
        return self.api.get(self._canary_path)

    def state(self) -> State | None:
        """The state of the release; None while there is none."""
        if (item := self.canary()) is None:
            return None
        try:
            return states.parse(item["metadata"].get("annotations", {})[deploying.STATE])
        except (KeyError, ValueError) as error:
            name = item["metadata"]["name"]
            raise Unsuitable(
                f"The deployment {name} was not made by this command: delete it, or wait for what made it."
            ) from error

    def begin(self, running: Object, state: State) -> None:
        """Make the canary's deployment and its migration. Raises Interfered if another process just did."""
        made = deploying.deployment(running, self.context, self.part, state.image, state.text())
        try:
            self.api.create(self._deployments, made)
        except Conflict as error:
            raise Interfered("Another process has just begun a canary of this context.") from error

    def migrate(self, running: Object, image: str) -> None:
        """Make the job that migrates the stores for an image, unless it is there."""
        try:
            self.api.create(self._jobs, deploying.migration(running, self.context, image))
        except Conflict:
            return

    def save(self, before: State, after: State) -> None:
        """Write the state. Raises Interfered if it is no longer the one of before."""
        path = f"/metadata/annotations/{deploying.STATE.replace('/', '~1')}"
        try:
            self.api.change(
                self._canary_path,
                [
                    {"op": "test", "path": path, "value": before.text()},
                    {"op": "replace", "path": path, "value": after.text()},
                ],
            )
        except Conflict as error:
            raise Interfered("Another process runs this canary: this one ends, and changes nothing more.") from error

    def scale_canary(self, weight: int, running: Object) -> None:
        """Give the canary as many pods as its share needs."""
        item = self.canary()
        wanted = deploying.replicas_for(weight, running["spec"].get("replicas", 1)) if self.part.shares_requests else 1
        if item is not None and item["spec"].get("replicas") != wanted:
            self.api.merge(self._canary_path, {"spec": {"replicas": wanted}})

    def set_running_image(self, running: Object, image: str) -> None:
        """Give the running deployment this image; the rollout is Kubernetes'."""
        current = deploying.image_of(running)
        if current == image:
            return
        path = "/spec/template/spec/containers/0/image"
        operations = [{"op": "test", "path": path, "value": current}, {"op": "replace", "path": path, "value": image}]
        try:
            self.api.change(self._running_path, operations)
        except Conflict:
            return  # It was changed meanwhile: the next decision sees to what.

    def conclude(self, text: str) -> None:
        """Note the outcome at the running deployment, and delete the canary's."""
        self.api.merge(self._running_path, {"metadata": {"annotations": {deploying.OUTCOME: text}}})
        self.api.delete(self._canary_path)

    def routes(self) -> list[Object]:
        """The routes that divide requests between the two versions."""
        answer = self.api.get(f"{self._routes}?labelSelector={NAME.replace('/', '%2F')}%3D{self.context}")
        items: list[Object] = answer["items"] if answer else []
        return [item for item in items if routes.divides(item, self.context)]

    def set_weight(self, weight: int) -> None:
        """Send this percentage of the requests to the canary, with the visitors who belong to it."""
        for item in self.routes() if self.part.shares_requests else ():
            rules = routes.weighted(copy.deepcopy(item["spec"]["rules"]), self.context, weight)
            if rules != item["spec"]["rules"]:
                changes: list[Any] = [
                    {"op": "test", "path": "/metadata/resourceVersion", "value": item["metadata"]["resourceVersion"]},
                    {"op": "replace", "path": "/spec/rules", "value": rules},
                ]
                self.api.change(f"{self._routes}/{item['metadata']['name']}", changes)


def is_rolled_out(deployment: Object) -> bool:
    """Whether every pod of a deployment has its newest template and is ready."""
    status, wanted = deployment.get("status", {}), deployment["spec"].get("replicas", 1)
    is_observed = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    counts = [status.get(name, 0) for name in ("updatedReplicas", "readyReplicas", "replicas")]
    return is_observed and counts == [wanted] * 3


def ready_pods(deployment: Object | None) -> int:
    """The number of ready pods."""
    return int(deployment.get("status", {}).get("readyReplicas", 0)) if deployment else 0
