"""Clusters of Cassandra on loopback addresses, open or with TLS and passwords."""

import logging
import signal
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from cassandra import DriverException
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    ExecutionProfile,
    NoHostAvailable,
)
from cassandra.cluster import (
    Cluster as Connections,
)
from cassandra.policies import WhiteListRoundRobinPolicy

from tests.services import java, processes
from tests.services.cassandra import certificates

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
START_SECONDS = 120.0
# A node that is started again after a crash has been seen to hang before it joins the ring.
HANG_SECONDS = 60.0
PORT = 9042
FIRST_JMX_PORT = 7199
SUPERUSER = "cassandra"
SECURED = f"""
authenticator: PasswordAuthenticator
client_encryption_options:
  enabled: true
  optional: false
  require_client_auth: true
  store_type: PKCS12
  keystore: $folder/../certificates/keystore.p12
  keystore_password: {certificates.STORE_PASSWORD}
  truststore: $folder/../certificates/truststore.p12
  truststore_password: {certificates.STORE_PASSWORD}
"""


@dataclass(frozen=True)
class Cluster:
    """Nodes at `network`.1 and following; each keeps its files in a folder of its number."""

    folder: Path
    nodes: int
    network: str = "127.0.0"
    is_secured: bool = False

    def start(self) -> None:
        """Start the nodes that do not run, one after the other, and wait until each takes part."""
        for number in range(1, self.nodes + 1):
            self.start_node(number)

    def start_node(self, number: int) -> None:
        """Start a node, and wait until it answers. One that hangs is killed and started again, as an orchestrator does."""
        own = self.node_folder(number)
        self._configure(number)
        processes.start(own, self._command(number))
        try:
            processes.wait(own, lambda: self.is_up(number), HANG_SECONDS)
        except processes.Failed:
            if not processes.pid(own):
                raise
            log.warning("A node of Cassandra hung at its start:\n%s", java.stacks(own))
            processes.stop(own, signal.SIGKILL)
            processes.start(own, self._command(number))
            processes.wait(own, lambda: self.is_up(number), START_SECONDS)

    def stop(self) -> None:
        """Stop every node."""
        for number in range(1, self.nodes + 1):
            processes.stop(self.node_folder(number))

    def address(self, number: int) -> str:
        """The address of a node, from 1."""
        return f"{self.network}.{number}"

    def node_folder(self, number: int) -> Path:
        """What a node keeps."""
        return self.folder / str(number)

    def certificate(self, name: str) -> Path:
        """A file that `certificates.make` has written."""
        return self.folder / "certificates" / name

    def is_up(self, number: int) -> bool:
        """Whether a node answers queries."""
        if not self._accepts(number):  # the driver would log an error
            return False
        try:
            connections = self.connect(number)
            try:
                connections.connect().execute("SELECT release_version FROM system.local", timeout=2)
            finally:
                connections.shutdown()
        except (NoHostAvailable, DriverException, OSError):
            return False
        return True

    def _accepts(self, number: int) -> bool:
        with socket.socket() as client:
            client.settimeout(2)
            return client.connect_ex((self.address(number), PORT)) == 0

    def connect(self, number: int) -> Connections:
        """Connections to one node only, as its superuser."""
        only = ExecutionProfile(load_balancing_policy=WhiteListRoundRobinPolicy([self.address(number)]))
        options: dict[str, Any] = {
            "auth_provider": PlainTextAuthProvider(SUPERUSER, SUPERUSER),
            "ssl_context": self._tls(),
        }
        return Connections(
            [self.address(number)],
            execution_profiles={EXEC_PROFILE_DEFAULT: only},
            protocol_version=5,
            connect_timeout=2,
            **(options if self.is_secured else {}),
        )

    def _tls(self) -> ssl.SSLContext | None:
        if not self.is_secured:
            return None
        context = ssl.create_default_context(cafile=self.certificate("ca.pem"))
        context.load_cert_chain(self.certificate("client.pem"), self.certificate("client.key"))
        return context

    def _configure(self, number: int) -> None:
        own, address = self.node_folder(number), self.address(number)
        (own / "temporary").mkdir(parents=True, exist_ok=True)
        if self.is_secured and not self.certificate("ca.pem").exists():
            certificates.make(self.certificate("ca.pem").parent, [self.address(one + 1) for one in range(self.nodes)])
        template = (HERE / "cassandra.yaml").read_text()
        if self.is_secured:
            template = template.replace("authenticator: AllowAllAuthenticator\n", "") + SECURED
        values = {"nodes": self.nodes, "replicas": min(self.nodes, 3), "address": address, "folder": own}
        (own / "cassandra.yaml").write_text(Template(template).substitute(values | {"seed": self.address(1)}))

    def _command(self, number: int) -> list[str]:
        libraries, own = java.libraries(HERE / "pom.xml"), self.node_folder(number)
        properties = {
            "java.io.tmpdir": own / "temporary",
            "jna.tmpdir": own / "temporary",
            "logback.configurationFile": HERE / "logback.xml",
            "cassandra.config": f"file://{own / 'cassandra.yaml'}",
            "cassandra.logdir": own,
            "cassandra.storagedir": own,
            # Each network has ports of its own.
            "cassandra.jmx.local.port": FIRST_JMX_PORT - 1 + number + 10 * int(self.network.rpartition(".")[2]),
            "java.rmi.server.hostname": "127.0.0.1",
            "cassandra.available_processors": 2,
            "cassandra.ring_delay_ms": 2000,
            "cassandra.skip_wait_for_gossip_to_settle": 0,
            "cassandra.superuser_setup_delay_ms": 0,
            "io.netty.tryReflectionSetAccessible": "true",
            "cassandra-foreground": "yes",
        }
        agent = f"-javaagent:{next(libraries.glob('jamm-*.jar'))}"
        defined = [f"-D{name}={value}" for name, value in properties.items()]
        main = "org.apache.cassandra.service.CassandraDaemon"
        return ["java", f"@{HERE / 'java.options'}", agent, *defined, "-cp", f"{libraries}/*", main]
