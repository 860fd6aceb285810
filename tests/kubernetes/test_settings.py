"""The variables of pods are settings of the shop, and its own checks accept their values."""

import os
import re
import subprocess
import sys

import pytest

from tests import split
from tests.kubernetes import rendering

KEY = "k" * 50
# Variables that Django reads, and one that others are made of.
OTHERS = {"DJANGO_SETTINGS_MODULE", "DATABASE_PASSWORD"}


@pytest.fixture(params=rendering.OVERLAYS)
def objects(request):
    return rendering.overlay(request.param)


def shared(objects):
    (config_map,) = rendering.of_kind(objects, "ConfigMap")
    return config_map["data"]


def test_every_variable_is_one_that_the_shop_reads(objects):
    known = set(re.findall(r"^#([A-Z_]+)=", (split.ROOT / ".env.example").read_text(), re.MULTILINE)) | OTHERS
    names = set(shared(objects))
    for workload in rendering.of_kind(objects, *rendering.WORKLOADS):
        names |= {item["name"] for item in rendering.container_of(workload)["env"]}
    assert names - known == set()


def test_the_shop_s_checks_accept_them(objects, tmp_path):
    for name in ("ca.crt", "user.crt", "user.key"):
        (tmp_path / name).write_text("")
    deployment = rendering.container_of(rendering.get(objects, "Deployment", "orders"))
    own = {item["name"]: item["value"] for item in deployment["env"] if "value" in item}
    variables = {**shared(objects), **own, "MESH_NAMESPACE": "thriftshop", "PATH": os.environ["PATH"]}
    variables |= {"SECRET_KEY": KEY, "VIEWER_KEYS": KEY, "DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite3'}"}
    variables |= {"CASSANDRA_USER": "shop", "CASSANDRA_PASSWORD": "secret", "EMAIL_FILE_PATH": str(tmp_path)}
    variables = {name: value.replace("/etc/kafka", str(tmp_path)) for name, value in variables.items()}
    command = [sys.executable, "manage.py", "check", "--deploy"]
    ended = subprocess.run(command, cwd=split.ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 0, ended.stderr
