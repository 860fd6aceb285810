"""The dashboard of a Kubernetes cluster, from kube-state-metrics: what the shop's own processes cannot know of themselves."""

from thriftshop.dashboards.charts import Board, Chart
from thriftshop.dashboards.queries import Value

NAME = "kubernetes"
SHOP = {"namespace": "thriftshop"}
CPU, MEMORY = SHOP | {"resource": "cpu"}, SHOP | {"resource": "memory"}


def board() -> Board:
    """The dashboard."""
    return Board(
        NAME,
        "Kubernetes",
        "What the cluster runs of the shop: replicas, pods, autoscalers, budgets and nodes.",
        {"Workloads": _workloads(), "Scaling and disruptions": _scaling(), "Nodes": _nodes()},
    )


def _workloads() -> list[Chart]:
    return [
        Chart("Available replicas", (Value("kube_deployment_status_replicas_available", ("deployment",), SHOP),)),
        Chart(
            "Missing replicas", (Value("kube_deployment_status_replicas_unavailable", ("deployment",), SHOP),), limit=1
        ),
        Chart("Pods by phase", (Value("kube_pod_status_phase", ("phase",), SHOP),)),
        Chart("Pods that are not ready", (Value("kube_pod_status_ready", ("pod",), SHOP | {"condition": "false"}),)),
        Chart("Restarts of containers", (Value("kube_pod_container_status_restarts_total", ("pod",), SHOP),)),
        Chart("Failed pods of migrations", (Value("kube_job_status_failed", ("job_name",), SHOP),)),
    ]


def _scaling() -> list[Chart]:
    autoscaler, budget = ("horizontalpodautoscaler",), ("poddisruptionbudget",)
    return [
        Chart("Wanted replicas", (Value("kube_horizontalpodautoscaler_status_desired_replicas", autoscaler, SHOP),)),
        Chart("Most replicas", (Value("kube_horizontalpodautoscaler_spec_max_replicas", autoscaler, SHOP),)),
        Chart(
            "Pods that may be evicted",
            (Value("kube_poddisruptionbudget_status_pod_disruptions_allowed", budget, SHOP),),
        ),
    ]


def _nodes() -> list[Chart]:
    ready = {"condition": "Ready", "status": "true"}
    return [
        Chart("Ready nodes", (Value("kube_node_status_condition", ("node",), ready),)),
        Chart("Requested cores", (Value("kube_pod_container_resource_requests", ("node",), CPU),)),
        Chart("Requested memory", (Value("kube_pod_container_resource_requests", ("node",), MEMORY),), "bytes"),
    ]
