"""Backups of keyspaces by Cassandra's own tool: a snapshot of each table's files, which are imported later."""

import shutil
import subprocess
from pathlib import Path

from tests.services import java
from tests.services.cassandra.clusters import FIRST_JMX_PORT, HERE, Cluster

NAME, TOOL = "backup", "org.apache.cassandra.tools.NodeTool"


def nodetool(*arguments: object) -> None:
    """Run nodetool on the first node of a cluster on 127.0.0.1."""
    libraries = java.libraries(HERE / "pom.xml")
    options = [f"@{HERE / 'java.options'}", "-Dcom.sun.jndi.rmiURLParsing=legacy", "-cp", f"{libraries}/*"]
    command = ["java", *options, TOOL, "-h", "127.0.0.1", "-p", str(FIRST_JMX_PORT), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert ended.returncode == 0, ended.stdout + ended.stderr


def back_up(cluster: Cluster, keyspace: str, folder: Path) -> None:
    """Copy the files of each table into a folder of its name."""
    nodetool("snapshot", "--tag", NAME, keyspace)
    for snapshot in (cluster.node_folder(1) / "data" / keyspace).glob(f"*/snapshots/{NAME}"):
        table = snapshot.parents[1].name.rpartition("-")[0]
        shutil.copytree(snapshot, folder / table)
    nodetool("clearsnapshot", "-t", NAME, "--", keyspace)


def restore(keyspace: str, folder: Path) -> None:
    """Import the files of each table, which exists and is empty."""
    for table in sorted(folder.iterdir()):
        nodetool("import", "--copy-data", keyspace, table.name, table)
