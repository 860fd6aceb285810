"""Where the API server of Kubernetes is, and how to log in: from within a pod, or by a kubeconfig file."""

import base64
import json
import os
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
EXEC_SECONDS = 60


class Unusable(Exception):
    """The cluster cannot be reached with what is configured; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Access:
    """An API server. The token is read again for each request where it is in a file: the kubelet renews it."""

    server: str
    tls: ssl.SSLContext | None
    namespace: str
    token: str = ""
    token_file: Path | None = None
    is_inside: bool = False

    def bearer(self) -> str:
        """The token; empty for a client certificate."""
        return self.token_file.read_text("utf-8").strip() if self.token_file else self.token


def find(context: str = "") -> Access:
    """The cluster of KUBECONFIG, or of the pod this process runs in, or of ~/.kube/config. Raises Unusable."""
    named = os.environ.get("KUBECONFIG", "")
    if not named and not context and (ACCOUNT / "token").exists():
        return _inside()
    path = Path(named.split(os.pathsep)[0]) if named else Path.home() / ".kube" / "config"
    return of_file(path, context)


def _inside() -> Access:
    host, port = (os.environ.get(f"KUBERNETES_SERVICE_{name}", "") for name in ("HOST", "PORT"))
    if not host:
        raise Unusable("KUBERNETES_SERVICE_HOST is not set, although this seems to be a pod: set KUBECONFIG.")
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    tls = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    namespace = (ACCOUNT / "namespace").read_text("utf-8").strip()
    return Access(server, tls, namespace, token_file=ACCOUNT / "token", is_inside=True)


def of_file(path: Path, context: str = "") -> Access:
    """The cluster that a kubeconfig file names. Raises Unusable."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        chosen = _named(content, "context", context or content["current-context"])
        cluster, user = _named(content, "cluster", chosen["cluster"]), _named(content, "user", chosen["user"])
        return _access(cluster, user, chosen.get("namespace", ""), path.parent)
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}): set KUBECONFIG to the cluster's file.") from error
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise Unusable(f"{path} is no usable kubeconfig file: {error!r}.") from error


def _named(content: Mapping[str, Any], kind: str, name: str) -> Mapping[str, Any]:
    for item in content.get(f"{kind}s") or ():
        if item["name"] == name:
            return dict(item[kind])
    raise Unusable(f"The kubeconfig file has no {kind} {name!r}.")


def _access(cluster: Mapping[str, Any], user: Mapping[str, Any], namespace: str, folder: Path) -> Access:
    server, token, token_file = str(cluster["server"]), str(user.get("token", "")), None
    user = {**user, **_executed(user["exec"])} if "exec" in user else user
    if "auth-provider" in user:
        raise Unusable("The kubeconfig file logs in by an `auth-provider`, which Kubernetes has removed: use `exec`.")
    if "tokenFile" in user:
        token_file = folder / user["tokenFile"]
    return Access(server, _tls(cluster, user, folder), namespace, token or str(user.get("token", "")), token_file)


def _tls(cluster: Mapping[str, Any], user: Mapping[str, Any], folder: Path) -> ssl.SSLContext | None:
    if not str(cluster["server"]).startswith("https:"):
        return None
    authority = _content(cluster, "certificate-authority", folder)
    tls = ssl.create_default_context(cadata=authority.decode() if authority else None)
    if cluster.get("insecure-skip-tls-verify"):
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    certificate, key = (_content(user, f"client-{part}", folder) for part in ("certificate", "key"))
    if certificate and key:
        # The standard library reads them from files only.
        with tempfile.NamedTemporaryFile() as file:
            file.write(certificate + b"\n" + key)
            file.flush()
            tls.load_cert_chain(file.name)
    return tls


def _content(entry: Mapping[str, Any], name: str, folder: Path) -> bytes:
    if data := entry.get(f"{name}-data"):
        return base64.b64decode(data)
    return (folder / entry[name]).read_bytes() if entry.get(name) else b""


def _executed(plugin: Mapping[str, Any]) -> dict[str, Any]:
    """The credentials that a cloud's own program prints."""
    command = [plugin["command"], *(plugin.get("args") or ())]
    added = {item["name"]: item["value"] for item in plugin.get("env") or ()}
    request = {"apiVersion": plugin["apiVersion"], "kind": "ExecCredential", "spec": {"interactive": False}}
    environment = {**os.environ, **added, "KUBERNETES_EXEC_INFO": json.dumps(request)}
    try:
        ended = subprocess.run(  # noqa: S603 - the operator's own file names it, as for kubectl
            command, env=environment, capture_output=True, text=True, check=True, timeout=EXEC_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unusable(
            f"{plugin['command']}, which the kubeconfig file names for the login, failed: {error}"
        ) from error
    status = json.loads(ended.stdout)["status"]
    names = {"token": "token", "clientCertificateData": "client-certificate", "clientKeyData": "client-key"}
    values = {names[name]: value for name, value in status.items() if name in names}
    return {
        name if name == "token" else f"{name}-data": value if name == "token" else base64.b64encode(value.encode())
        for name, value in values.items()
    }
