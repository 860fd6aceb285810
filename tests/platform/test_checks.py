"""Settings are checked at start, and each error names its variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import CheckMessage, registry

MEMORY = "thriftshop.events.streams.memory.MemoryStreams"
MEMORY_FEED = "thriftshop.events.feed.memory.MemoryFeed"
REMOTE_FEED = "thriftshop.events.feed.remote.RemoteFeed"
STORES = {"default": "thriftshop.events.streams.database.DatabaseStreams"}


def run_checks(include_deployment_checks: bool = False) -> list[CheckMessage]:
    """The messages of this project's own checks."""
    checks = registry.registry.get_checks(include_deployment_checks)
    ours = [check for check in checks if check.__module__.startswith(("apps.", "thriftshop."))]
    return [message for check in ours for message in check(app_configs=None)]


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("CONTEXTS", ["catalogue"], "CONTEXTS: there is no context 'catalogue'"),
        ("CONTEXTS", ["cart", "cart"], "CONTEXTS: a context is named twice"),
        ("CONTEXTS", [], "CONTEXTS: no context is named"),
        ("PORT", 0, "PORT: 0 is not a port"),
        ("WORKERS", 0, "WORKERS: 0 is too small"),
        ("DRAIN_GRACE_SECONDS", 60, "DRAIN_GRACE_SECONDS: 60 leaves no time"),
        ("VIEWER_KEYS", [], "VIEWER_KEYS: no key"),
        ("VIEWER_KEYS", ["short"], "VIEWER_KEYS: key 1"),
        ("RPC_TRANSPORT", "pigeon", "RPC_TRANSPORT: 'pigeon'"),
        ("SERVICES", {"catalogue": ["http://a"]}, "SERVICES: there is no context 'catalogue'"),
        ("SERVICES", {"catalog": ["https://a"]}, "SERVICES: 'https://a' is not an address such as"),
        (
            "SERVICES",
            {"catalog": ["http://a", "http://b/thrift"]},
            "SERVICES: 'http://b/thrift' must have a host and a port only",
        ),
        ("RPC_QUEUE_SECONDS", 0.0, "RPC_QUEUE_SECONDS"),
        ("RPC_LOOKUP_SECONDS", 0.0, "RPC_LOOKUP_SECONDS"),
        ("RPC_MOST_IN_FLIGHT", 0, "RPC_MOST_IN_FLIGHT: 0 is too small"),
        ("RPC_RETRY_SHARE", 2.0, "RPC_RETRY_SHARE"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT: 'xml'"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL: 'LOUD'"),
        ("DEADLINE_FACTOR", 0.0, "DEADLINE_FACTOR"),
        ("RPC_THREADS", -1, "RPC_THREADS"),
        ("EVENT_STORES", {"default": "no.such.Store"}, "EVENT_STORE: 'no.such.Store' cannot be imported"),
        ("EVENT_STORES", {"default": ".x"}, "EVENT_STORE: '.x' cannot be imported"),
        ("EVENT_FEEDS", {"default": "..x"}, "EVENT_FEED: '..x' cannot be imported"),
        ("EVENT_STORES", {"default": "builtins.dict"}, "EVENT_STORE: 'builtins.dict' has no method append"),
        ("EVENT_STORES", {**STORES, "catalog": MEMORY}, "EVENT_STORE: EVENT_STORES has 'catalog', whose store cannot"),
        ("EVENT_FEEDS", {"default": MEMORY_FEED}, "EVENT_FEED: catalog: EVENT_FEEDS has catalog in memory"),
        ("EVENT_FEEDS", {"default": REMOTE_FEED}, "EVENT_FEED: catalog: this process hosts the context"),
        ("EVENT_STORES", {"default": MEMORY}, "EVENT_FEED: orders: EVENT_FEEDS has orders in the database"),
        ("EVENT_FEEDS", {"default": "builtins.dict"}, "EVENT_FEED: 'builtins.dict' has no method ends"),
        ("EVENT_PARTITIONS", 0, "EVENT_PARTITIONS: 0 is too small"),
        ("EVENT_PARTITIONS", 1_000_000_000, "EVENT_PARTITIONS: 1,000,000,000 is too large"),
        ("EVENT_PUBLISHER", "no.such.publisher", "EVENT_PUBLISHER"),
        ("EVENT_PUBLISHER", ".x", "EVENT_PUBLISHER: '.x' cannot be imported"),
        ("EMAIL_BACKEND", "no.such.Backend", "EMAIL_BACKEND"),
        ("PUBLIC_URL", "shop.example", "PUBLIC_URL"),
        ("SENTRY_DSN", "nonsense", "SENTRY_DSN"),
        ("CURRENCIES", ["Pounds"], "CURRENCIES: 'Pounds'"),
        ("CURRENCIES", ["GBP", "XAU"], "CURRENCIES: 'XAU'"),
        ("MEDIA_STORAGE", "ftp", "MEDIA_STORAGE: 'ftp'"),
        ("MEDIA_URL", "/media", "MEDIA_URL: '/media'"),
        ("SKU_CASE", "lower", "SKU_CASE: 'lower'"),
        ("CURRENCIES", [], "CURRENCIES: none"),
        ("POSTAGE", {"GBP": "free"}, "POSTAGE: GBP=free: 'free' is not an amount"),
        ("POSTAGE", {"JPY": "500.5"}, "POSTAGE: JPY=500.5: '500.5' has 1 decimal;"),
        ("POSTAGE", {"XXX": "1"}, "POSTAGE: XXX=1: 'XXX' is not a currency"),
        ("POSTAGE", {"GBP": "-1"}, "POSTAGE: GBP=-1: '-1' is negative"),
        ("POSTAGE", {"GBP": "3.95"}, "POSTAGE: no rate in EUR; orders in it are refused"),
        ("RETURN_DAYS", 0, "RETURN_DAYS: 0 is not 1 to 3,650 days"),
        ("REGISTRY_PATIENCE_MS", 0, "REGISTRY_PATIENCE_MS: 0 is too small"),
        ("REGISTRY_URL", "registry", "REGISTRY_URL: 'registry' is not an address"),
        ("LOW_STOCK", -1, "LOW_STOCK: -1 is too small"),
        ("GRAPHQL_MAX_DEPTH", 0, "GRAPHQL_MAX_DEPTH"),
        ("GRAPHQL_DOCUMENTS", "/no/such/manifest.json", "GRAPHQL_DOCUMENTS: /no/such/manifest.json: it cannot be read"),
        ("GRAPHQL_DOCUMENTS", "pyproject.toml", "GRAPHQL_DOCUMENTS: pyproject.toml: it is not JSON"),
        ("GRAPHQL_RATE_ADDRESS", -1, "GRAPHQL_RATE_ADDRESS: -1 is too small"),
        ("GRAPHQL_RATE_CUSTOMER", 4_999, "GRAPHQL_RATE_CUSTOMER: 4999 is less than one operation may cost"),
        ("GRAPHQL_TRUSTED_ONLY", True, "GRAPHQL_TRUSTED_ONLY: no document is trusted"),
        ("ADMINS", {"catalogue": "http://a"}, "ADMINS: there is no context 'catalogue'"),
        ("ADMINS", {"catalog": "shop.example"}, "ADMINS: 'shop.example' is not an address"),
        ("MEDIA_ROOT", "/dev/null/media", "MEDIA_ROOT: there is no folder /dev/null"),
        ("DEFAULT_FROM_EMAIL", "the shop", "DEFAULT_FROM_EMAIL: 'the shop' is not an address"),
        ("GRAPHQL_ORIGINS", ["https://a.example", "b.example"], "GRAPHQL_ORIGINS: 'b.example' is not a site"),
        ("GRAPHQL_ORIGINS", ["https://a.example/"], "GRAPHQL_ORIGINS: 'https://a.example/' is not a site"),
    ],
)
def test_an_invalid_setting_is_named(settings, setting, value, complaint):
    settings.DRIVERS = []
    setattr(settings, setting, value)
    found = run_checks()
    assert any(complaint in message.msg for message in found)
    assert all(message.hint for message in found)


def test_a_mesh_requires_its_namespace(settings):
    settings.MESH, settings.MESH_NAMESPACE = "linkerd", ""
    assert [message.id for message in run_checks()] == ["thriftshop.E_MESH_NAMESPACE"]


def test_an_unwritable_email_folder_is_named(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/dev/null/mail"
    assert [message.id for message in run_checks()] == ["thriftshop.E_EMAIL_FILE_PATH"]


def test_an_open_registry_in_production_is_a_warning(settings):
    settings.REGISTRY_OPEN = None
    assert "thriftshop.W_REGISTRY_OPEN" not in [check.id for check in run_checks(include_deployment_checks=True)]
    settings.REGISTRY_OPEN = True
    assert "thriftshop.W_REGISTRY_OPEN" in [check.id for check in run_checks(include_deployment_checks=True)]


def test_the_current_settings_pass_the_checks(settings):
    assert run_checks() == []


def test_every_variable_is_listed_in_the_example():
    read = {
        name
        for file in Path("settings").glob("*.py")
        for name in re.findall(r'variables\.\w+\(\s*"(\w+)"', file.read_text())
    }
    listed = set(re.findall(r"^#?([A-Z_]+)=", Path(".env.example").read_text(), re.MULTILINE))
    assert read - listed == set()
    assert listed - read == set()


def run_manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("DATABASE_URL", "shop", "The variable DATABASE_URL names no database that is known"),
        ("DATABASE_URL", "mysql://a/b", "The variable DATABASE_URL names no database that is known"),
        ("DATABASE_URL", "sqlite:////no/such/folder/shop.sqlite3", "DATABASE_URL: there is no folder /no/such/folder"),
        ("TIME_ZONE", "Mars/Olympus", "The variable TIME_ZONE is 'Mars/Olympus'; it must be a place such as"),
    ],
)
def test_an_unknown_database_or_time_zone_is_named(variable, value, complaint):
    ended = run_manage("check", DJANGO_SETTINGS_MODULE="settings.development", **{variable: value})
    assert ended.returncode != 0
    assert complaint in ended.stderr


def test_a_variable_of_the_wrong_type_is_named_at_start():
    ended = run_manage("check", DEADLINE_FACTOR="soon", DJANGO_SETTINGS_MODULE="settings.development")
    assert ended.returncode != 0
    assert "The variable DEADLINE_FACTOR is 'soon'; it must be a number" in ended.stderr


def test_the_production_settings_pass_the_deployment_checks(tmp_path):
    ended = run_manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        DJANGO_SETTINGS_MODULE="settings.production",
        SECRET_KEY="k3y-" + "abcdefghij0123456789" * 4,
        VIEWER_KEYS="viewer-key-0123456789-0123456789-abcdef",
        PUBLIC_URL="https://shop.example",
        ALLOWED_HOSTS="shop.example",
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        DATABASE_URL=f"sqlite:///{tmp_path}/shop.sqlite3",
    )
    assert ended.returncode == 0, ended.stderr
    assert "no issues (0 silenced)" in ended.stdout


def test_production_without_its_secrets_does_not_start(tmp_path):
    ended = run_manage("check", DJANGO_SETTINGS_MODULE="settings.production", SECRET_KEY="", VIEWER_KEYS="")
    assert ended.returncode != 0
    assert "SECRET_KEY" in ended.stderr or "VIEWER_KEYS" in ended.stderr


@pytest.mark.parametrize(("written", "expected"), [("yes", "True"), ("no", "False"), (None, "None")])
def test_features_for_development_can_be_switched_off(written, expected):
    shown = "from django.conf import settings; print(settings.GRAPHQL_OPEN, settings.REGISTRY_OPEN)"
    given = {} if written is None else {"GRAPHQL_OPEN": written, "REGISTRY_OPEN": written}
    ended = run_manage("shell", "-v0", "-c", shown, DJANGO_SETTINGS_MODULE="settings.development", **given)
    assert ended.stdout.split() == [expected, expected]
