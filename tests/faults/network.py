"""The network between customers, gateway, services and their parts: cut one way, slow, lossy, and reset."""

from __future__ import annotations

from tests.faults import link
from tests.faults.scene import Fault, Scene
from tests.services.proxy import Conditions, Proxy

DELAY_SECONDS = 0.5
RESET_SHARE = 0.3
LOSS_PERCENT = 20.0
PLACES = ("customers", "services", "cassandra", "kafka", "postgresql")


def _proxies(scene: Scene, place: str) -> list[Proxy]:
    """The proxies in front of the gateway, of the services or of a part."""
    if place == "customers":
        return [scene.shop.edge]
    return scene.shop.calls if place == "services" else [getattr(scene.shop.backbone, place).proxy]


def _under(conditions: Conditions, scene: Scene, place: str = "") -> None:
    """Treat the network like this in one place, and heal it."""
    place = place or scene.rng.choice(PLACES)
    scene.details.append(place)
    proxies = _proxies(scene, place)
    for proxy in proxies:
        proxy.apply(conditions)
    scene.wait()
    for proxy in proxies:
        proxy.recover()


def lose_requests(scene: Scene) -> None:
    """Cut the network in the direction of requests."""
    _under(Conditions(loses_requests=True), scene)


def lose_answers(scene: Scene) -> None:
    """Cut the network in the direction of answers."""
    _under(Conditions(loses_answers=True), scene)


def delay(scene: Scene) -> None:
    """Delay everything, in both directions."""
    _under(Conditions(delay=DELAY_SECONDS), scene)


def reset(scene: Scene) -> None:
    """Reset connections in the middle of answers."""
    _under(Conditions(reset_share=RESET_SHARE), scene)


def lose_answers_of_cassandra(scene: Scene) -> None:
    """Lose the answers of Cassandra: conditional writes time out after they have happened."""
    _under(Conditions(loses_answers=True), scene, "cassandra")


def lose_packets(scene: Scene) -> None:
    """Lose packets between the gateway and the services."""
    ports = [process.port for process in scene.shop.services]
    with link.Link(ports) as lossy:
        lossy.lose(LOSS_PERCENT)
        for proxy, port in zip(scene.shop.calls, ports, strict=True):
            proxy.route(port, link.FAR)
        scene.wait()
        for proxy, port in zip(scene.shop.calls, ports, strict=True):
            proxy.route(port)


NETWORK = frozenset({"network"})
FAULTS = [
    Fault("the network is cut one way: requests are lost", lose_requests, NETWORK),
    Fault("the network is cut one way: answers are lost", lose_answers, NETWORK),
    Fault("the network is delayed by 500 ms", delay, NETWORK),
    Fault("connections are reset in mid-response", reset, NETWORK),
    Fault("Cassandra's answers are lost after the writes", lose_answers_of_cassandra, NETWORK),
    Fault("a fifth of all packets is lost", lose_packets, NETWORK, needs=lambda _: link.is_possible()),
]
