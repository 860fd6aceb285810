"""Every variable of `.env.example` with wrong values: one clear line that names it, and never a traceback."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from settings import variables
from thriftshop import checks

EXAMPLE = Path(".env.example").read_text()
NUMBERS = ("many", "-1", "1.5", "1e3", "9" * 400)
DECIMALS = ("much", "-0.5", "nan", "inf")
FLAGS = ("perhaps", "2")
# Any text will do.
FREE = {
    "COUNTRY_HEADER",  # a header that no proxy sends names no country
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "MESH_NAMESPACE",
    "LOG_FOLDER",  # what cannot be written there is on the console
    "OTEL_SERVICE_NAME",
    "SENTRY_ENVIRONMENT",
    "VERSION",
    "ALLOWED_HOSTS",  # a pattern that no host fits refuses them all
    "SECRET_KEY",  # what is too short for production, `check --deploy` tells
    "CASSANDRA_PASSWORD",
    "KAFKA_PASSWORD",
    "METRICS_INSTANCE",
    "CASSANDRA_PREFIX",
    "CSRF_TRUSTED_ORIGINS",  # checked by Django
    "HOST",  # what is not an address of this machine, `serve` tells
    "MEDIA_DOMAIN",
    "MEDIA_REGION",
}
WRONG: dict[str, tuple[str, ...]] = {
    "CONTEXTS": ("warehouse", "cart,cart", "cart,demo,shop", ","),
    "DATABASE_URL": (
        "shop",
        "mysql://a/b",
        "sqlite:////tmp",
        f"sqlite:///{__file__}",
        "sqlite:////no/such/folder/a.db",
        "postgres://postgres@127.0.0.1",
    ),
    "MEDIA_ROOT": ("/dev/null/media",),
    "MEDIA_STORAGE": ("tape",),
    "MEDIA_BUCKET": ("",),
    "MEDIA_ENDPOINT": ("nonsense", "ftp://a"),
    "MEDIA_URL": ("media",),
    "SKU_CASE": ("mixed",),
    "PUBLIC_URL": ("shop.example", "ftp://shop.example"),
    "ADMINS": ("catalog", "catalogue=http://a", "catalog=a"),
    "VIEWER_KEYS": ("short",),
    "SERVICE_KEYS": ("short",),
    "EVENT_STORE": ("no.such.Store", "1"),
    "EVENT_FEED": ("no.such.Feed", "1"),
    "EVENT_FEEDS": ("orders", "warehouse=no.such.Feed"),
    "CONSUMERS": ("elsewhere",),
    "EVENT_PUBLISHER": ("no.such.publisher",),
    "CASSANDRA_HOSTS": (",",),
    "CASSANDRA_DATACENTER": ("",),
    "CASSANDRA_KEYSPACE": ("shop; DROP", "Shop"),
    "CASSANDRA_USER": ("shop",),
    "CASSANDRA_CA": ("/no/such/file",),
    "CASSANDRA_CERTIFICATE": ("/no/such/file",),
    "CASSANDRA_CERTIFICATE_KEY": ("/no/such/file",),
    "KAFKA_SERVERS": (",", "kafka-1", "kafka-1:99999"),
    "KAFKA_CLIENT": ("librdkafka",),
    "KAFKA_PREFIX": ("a shop",),
    "METRICS_TOPIC": ("a topic",),
    "KAFKA_USER": ("shop",),
    "KAFKA_SASL": ("GSSAPI",),
    "KAFKA_CA": ("/no/such/file",),
    "KAFKA_CERTIFICATE": ("/no/such/file",),
    "KAFKA_CERTIFICATE_KEY": ("/no/such/file",),
    "RPC_TRANSPORT": ("pigeon",),
    "MESH": ("istio",),
    "SERVICES": ("catalog", "catalogue=http://a", "catalog=https://a", "catalog=http://a catalog=http://b"),
    "EMAIL_BACKEND": ("no.such.Backend",),
    "EMAIL_FILE_PATH": ("/dev/null/mail",),
    "DEFAULT_FROM_EMAIL": ("the shop",),
    "TIME_ZONE": ("Mars/Olympus", "../etc/passwd"),
    "CURRENCIES": ("Pounds", "XAU", ",", "GBP,gbp"),
    "CART_MERGE_STRATEGY": ("both",),
    "POSTAGE": ("GBP", "GBP=dear", "GBP=1.00/dear", "GBP=-1.00/5.00", "XAU=1.00/5.00", "GBP=1.005/5.00"),
    "EMAIL_DIGEST_KEY": ("short",),
    "GRAPHQL_ORIGINS": ("b.example",),
    "GRAPHQL_DOCUMENTS": ("/no/such/manifest.json", __file__, "."),
    "REGISTRY_URL": ("registry",),
    "LOG_LEVEL": ("LOUD", "7"),
    "LOG_FORMAT": ("xml", "JSON "),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("nonsense", "ftp://a"),
    "TRACES_URL": ("nonsense", "http://127.0.0.1:9411/"),
    "SENTRY_DSN": ("nonsense",),
    "SECURE_SSL_REDIRECT": FLAGS,
}
# What `base` imports from a module of its own is not read again with it.
MODULES = ("base", "cassandra", "emails", "kafka", "shop", "traces", "tracking")
BASE = "".join(Path("settings", f"{name}.py").read_text() for name in MODULES)
for kind, wrong in (("flag", FLAGS), ("choice", FLAGS), ("number", NUMBERS), ("decimal", DECIMALS)):
    WRONG |= dict.fromkeys(re.findall(rf'variables\.{kind}\(\s*"(\w+)"', BASE), wrong)
IN_PRODUCTION = {"SECURE_SSL_REDIRECT"}


def test_every_variable_of_the_example_is_tried():
    listed = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert listed == set(WRONG) | FREE


def loaded(module: str) -> dict:
    """A settings module as a new process reads it."""
    read = runpy.run_path(str(Path("settings") / f"{module}.py"))
    return {name: value for name, value in read.items() if name.isupper()}


def complaints(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("VIEWER_KEYS", "v" * 40)
    monkeypatch.setenv("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
    if name in ("MEDIA_BUCKET", "MEDIA_ENDPOINT"):
        monkeypatch.setenv("MEDIA_STORAGE", "s3")
    if name.startswith("CASSANDRA_"):
        monkeypatch.setenv("EVENT_STORE", "thriftshop.events.streams.cassandra.CassandraStreams")
    if name.startswith("KAFKA_"):
        monkeypatch.setenv("EVENT_FEED", "thriftshop.events.feed.kafka.KafkaFeed")
    monkeypatch.setenv(name, value)
    try:
        found = {key: value for module in MODULES for key, value in loaded(module).items()}
        if name in IN_PRODUCTION:
            monkeypatch.setattr("settings.base.SECURE_SSL_REDIRECT", None, raising=False)
            found |= loaded("production")
    except ImproperlyConfigured as error:
        return [str(error)]
    settings = {key: found[key] for key in found if key not in ("DATABASES", "INSTALLED_APPS", "LOGGING")}
    with override_settings(**settings):
        ours = [check for check in registry.get_checks() if check.__module__.startswith(("apps.", "thriftshop."))]
        return [
            *(message.msg for check in ours for message in check(app_configs=None)),
            *(message.msg for message in checks.folders_are_writable(found["DATABASES"]["default"])),
        ]


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_named(name, monkeypatch):
    for value in WRONG[name]:
        found = complaints(name, value, monkeypatch)
        assert [one for one in found if name in one and "\n" not in one], (value, found)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\x00", "it is no UTF-8 text"),
        (b"PORT=8000\nthis is no variable\n", "line 2 is 'this is no variable'; it must be NAME=value"),
        (b"=8000\n", "line 1 is '=8000'"),
        (b"2ND=a\n", "line 1 is '2ND=a'"),
        (b'A="a\nb"\n', "line 1 is"),
        (b"PORT=80\x0000\n", "line 1"),
    ],
)
def test_an_unreadable_env_file_is_named_with_its_line(tmp_path, content, complaint):
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=re.escape(complaint)) as refused:
        variables.read_file(file)
    assert str(file) in str(refused.value)


def test_a_folder_instead_of_the_env_file_is_named(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="Is a directory"):
        variables.read_file(tmp_path)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("TRIED=a b", "a b"),
        ('  export TRIED = "a # b"   # said', "a # b"),
        ("TRIED='a\\'", "a\\"),
        (r'TRIED="say \"no\""', 'say "no"'),
        ("TRIED=k#y  # a secret may have one", "k#y"),
        ("TRIED=      # empty", ""),
        ("TRIED=https://a.example/?b=c", "https://a.example/?b=c"),
    ],
)
def test_common_forms_of_lines_are_read(tmp_path, monkeypatch, line, value):
    monkeypatch.setenv("TRIED", "")
    monkeypatch.delenv("TRIED")
    (tmp_path / ".env").write_text(f"# a comment\n\n{line}\n")
    variables.read_file(tmp_path / ".env")
    assert os.environ["TRIED"] == value
    del os.environ["TRIED"]


def test_every_line_of_the_example_can_be_used_with_its_comment(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    (tmp_path / ".env").write_text(re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE, flags=re.MULTILINE))
    variables.read_file(tmp_path / ".env")
    assert os.environ["WORKERS"] == "1"
    assert [value for value in os.environ.values() if "#" in value] == []


@pytest.mark.parametrize(
    ("command", "environment", "complaint"),
    [
        ("serve", {"CONTEXTS": "catalog,warehouse"}, "The variable CONTEXTS names 'warehouse'"),
        ("serve", {"CONTEXTS": "trade"}, "CONTEXTS names trade, which is a driver and serves nothing"),
        ("check", {"LOG_FORMAT": "xml"}, "The variable LOG_FORMAT is 'xml'; choose among json, text."),
        ("migrate", {"DATABASE_URL": "sqlite:////tmp"}, "The variable DATABASE_URL names /tmp, which is a folder"),
        ("check", {"SENTRY_DSN": "nonsense"}, "SENTRY_DSN is not a valid DSN"),
        ("check", {"DJANGO_SETTINGS_MODULE": "settings.prod"}, "DJANGO_SETTINGS_MODULE names 'settings.prod'"),
    ],
)
def test_a_command_ends_with_one_line_and_no_traceback(command, environment, complaint):
    ended = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", command],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert complaint in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
