"""How the cluster is found, and how to log in to it."""

import json
import stat
import sys

import pytest
import yaml

from thriftshop.kubernetes.canary import kubeconfig
from thriftshop.kubernetes.canary.kubeconfig import Unusable

SERVER = {"server": "https://cluster.example:6443", "insecure-skip-tls-verify": True}


@pytest.fixture
def written(tmp_path):
    def write(user, cluster=SERVER, **context):
        content = {
            "current-context": "shop",
            "contexts": [
                {"name": "shop", "context": {"cluster": "c", "user": "u", **context}},
                {"name": "other", "context": {"cluster": "gone", "user": "u"}},
            ],
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": user}],
        }
        path = tmp_path / "config"
        path.write_text(yaml.safe_dump(content))
        return path

    return write


def test_a_token(written):
    access = kubeconfig.of_file(written({"token": "secret"}, namespace="staging"))
    assert (access.server, access.bearer(), access.namespace) == (SERVER["server"], "secret", "staging")
    assert not access.is_inside


def test_a_token_in_a_file_is_read_again_each_time(written, tmp_path):
    access = kubeconfig.of_file(written({"tokenFile": "token"}))
    for token in ("first", "second"):
        (tmp_path / "token").write_text(f"{token}\n")
        assert access.bearer() == token


def test_a_program_of_the_cloud_logs_in(written, tmp_path):
    program = tmp_path / "login"
    credential = {"kind": "ExecCredential", "status": {"token": "from the cloud"}}
    program.write_text(
        f"#!{sys.executable}\nimport os\nassert os.environ['REGION'] == 'eu'\nprint({json.dumps(credential)!r})\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": str(program),
        "env": [{"name": "REGION", "value": "eu"}],
    }
    assert kubeconfig.of_file(written({"exec": plugin})).bearer() == "from the cloud"
    plugin["command"] = str(tmp_path / "missing")
    with pytest.raises(Unusable, match="failed"):
        kubeconfig.of_file(written({"exec": plugin}))


@pytest.mark.parametrize(
    ("context", "message"),
    [("other", "no cluster 'gone'"), ("missing", "no context 'missing'")],
)
def test_what_the_file_does_not_have_is_said(written, context, message):
    with pytest.raises(Unusable, match=message):
        kubeconfig.of_file(written({"token": "secret"}), context)


@pytest.mark.parametrize("text", ["", "a: [", "a: b"])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(Unusable, match="no usable kubeconfig"):
        kubeconfig.of_file(path)


def test_without_a_file_the_message_says_what_to_set(tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
    with pytest.raises(Unusable, match="set KUBECONFIG"):
        kubeconfig.find()


def test_within_a_pod_its_account_is_used(tmp_path, monkeypatch):
    from tests.kubernetes.canary.authority import certificate

    for name, text in {"token": "of the pod\n", "namespace": "thriftshop", "ca.crt": certificate()}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(kubeconfig, "ACCOUNT", tmp_path)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    access = kubeconfig.find()
    assert (access.server, access.bearer(), access.namespace) == ("https://[fd00::1]:443", "of the pod", "thriftshop")
    assert access.is_inside
