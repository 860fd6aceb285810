"""The job that fills a new shop: the driver that does so, as a caller with an account of its own."""

from thriftshop import contexts
from thriftshop.contexts import DriverConfig, Resources
from thriftshop.kubernetes import access, containers, network, workloads
from thriftshop.kubernetes.objects import LOADER, Object, labels, make

RESOURCES = Resources(memory="256Mi", memory_limit="512Mi")


def of_loader() -> list[Object]:
    """The job of the driver that fills a new shop; nothing without one."""
    driver = contexts.loader()
    return [] if driver is None else _objects(driver)


def _objects(driver: DriverConfig) -> list[Object]:
    name = driver.label
    policy = network.policy(name, [], access.callees(name))
    return [workloads.account(name), policy, _job(driver)]


def _job(driver: DriverConfig) -> Object:
    """It is run again until it succeeds: at first no context answers yet. A second run changes nothing."""
    name = driver.label
    command = [
        "sh",
        "-c",
        f"python manage.py migrate --no-input --verbosity 0 && python manage.py {driver.startup_command}",
    ]
    container = containers.container(LOADER, name, command, RESOURCES)
    template = {
        "metadata": {"labels": labels(name, LOADER)},
        "spec": containers.pod(name, [container], workloads.BACKGROUND, restartPolicy="OnFailure"),
    }
    spec = {"backoffLimit": 50, "ttlSecondsAfterFinished": workloads.FINISHED_SECONDS, "template": template}
    return make("Job", "batch/v1", f"{name}-{LOADER}-{workloads.VERSION}", name, spec=spec)
