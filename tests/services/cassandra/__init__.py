"""Cassandra: one node, or three on 127.0.0.1 to 127.0.0.3."""

from pathlib import Path

from tests.services import FOLDER, processes
from tests.services.cassandra.clusters import Cluster


def cluster(nodes: int = 1) -> Cluster:
    """The cluster of so many nodes."""
    return Cluster(FOLDER / f"cassandra-{nodes}", nodes)


def address(number: int) -> str:
    """The address of a node, from 1."""
    return cluster().address(number)


def folder(number: int, nodes: int) -> Path:
    """What a node keeps."""
    return cluster(nodes).node_folder(number)


def start(nodes: int = 1) -> None:
    """Start the nodes that do not run, one after the other, and wait until each takes part."""
    cluster(nodes).start()


def stop() -> None:
    """Stop every node."""
    for own in FOLDER.glob("cassandra-*/*"):
        processes.stop(own)


def is_running() -> bool:
    """Whether a node answers at the first address, also one that was not started from here."""
    return cluster().is_up(1)
