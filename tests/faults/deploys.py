"""A rolling deploy of a newer version, which records a kind of event that the older one does not know."""

from __future__ import annotations

from tests.faults.others import COMMAND
from tests.faults.scene import Fault, Scene
from tests.serving import newer

EVENTS_PER_CART = 2


def deploy_new_kind(scene: Scene) -> None:
    """Replace one service, record events of the new kind in carts that are in use, and replace the rest."""
    root = scene.shop.folder / "newer"
    newer.copy_code(root)
    for process in scene.shop.processes:
        process.stop()
        process.root = root
        if process is scene.shop.services[0]:
            created = process.manage("create_topics")
            scene.expect(created.returncode == 0, f"the topics are not created: {created.stderr[-500:]}")
        scene.shop.restart(process)
        if process is scene.shop.services[0]:
            carts = [f"customer-{buyer.name}" for buyer in scene.workload.buyers]
            done = newer.record(process, *((cart, "touched", EVENTS_PER_CART) for cart in carts))
            scene.expect(done.returncode == 0, f"the new kind cannot be recorded: {done.stderr[-500:]}")
            scene.wait()
    scene.shop.observe_with(root)


FAULTS = [
    Fault("a new kind of event in a rolling deploy", deploy_new_kind, COMMAND | {"gateway"}),
]
