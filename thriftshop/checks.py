"""System checks of the platform's settings: each message names the variable, the problem, and a valid value.

Contexts check their own settings in `apps.py`, with `error`, `at_least` and `writable` of this module.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from thriftshop import contexts, money, postage
from thriftshop.graphql import manifests
from thriftshop.rpc import addresses, sku_case

SHORTEST_KEY = 32


@register
def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Check every setting of the platform."""
    return [
        *_contexts(),
        *_keys(),
        *_choices(),
        *_numbers(),
        *_limits(),
        *_documents(),
        *_imports(),
        *_addresses(),
        *_services(),
        *_admins(),
        *folders_are_writable(settings.DATABASES["default"]),
        *_links(),
        *_names(),
        *_currencies(),
        *_postage(),
        *_spelling(),
    ]


def error(variable: str, problem: str, hint: str) -> Error:
    """The error that a variable's value is wrong."""
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")


def _contexts() -> Iterator[CheckMessage]:
    known = ", ".join(settings.ALL_CONTEXTS)
    for name in settings.CONTEXTS:
        if name not in settings.ALL_CONTEXTS:
            yield error("CONTEXTS", f"there is no context {name!r}.", f"Choose among: {known}.")
    if len(set(settings.CONTEXTS)) != len(settings.CONTEXTS):
        yield error("CONTEXTS", "a context is named twice.", "Name each once.")
    if not settings.CONTEXTS and not settings.DRIVERS:
        yield error("CONTEXTS", "no context is named.", f"Leave it out for all of them, or choose among: {known}.")


def _keys() -> Iterator[CheckMessage]:
    for variable in ("VIEWER_KEYS", "SERVICE_KEYS"):
        keys = getattr(settings, variable)
        # A single process needs no caller tokens; a mesh identifies callers itself.
        needed = variable == "VIEWER_KEYS" or not (settings.MONOLITH or settings.MESH)
        if needed and not keys:
            yield error(variable, "no key is given.", "Give at least one random key; the first one signs.")
        for number, key in enumerate(keys, start=1):
            if len(key) < SHORTEST_KEY:
                yield error(variable, f"key {number} has fewer than {SHORTEST_KEY} characters.", "Make it longer.")
    if 0 < len(settings.EMAIL_DIGEST_KEY) < SHORTEST_KEY:
        hint = "Make it longer, or leave it empty for the SECRET_KEY."
        yield error("EMAIL_DIGEST_KEY", f"it has fewer than {SHORTEST_KEY} characters.", hint)


def _choices() -> Iterator[CheckMessage]:
    choices = {
        "RPC_TRANSPORT": (settings.RPC_TRANSPORT, ("local", "loopback")),
        "MESH": (settings.MESH, ("", "linkerd")),
        "LOG_FORMAT": (settings.LOG_FORMAT, ("json", "text")),
        "LOG_LEVEL": (settings.LOG_LEVEL, tuple(logging.getLevelNamesMapping())),
    }
    for variable, (value, allowed) in choices.items():
        if value not in allowed:
            known = ", ".join(choice or "nothing" for choice in allowed)
            yield error(variable, f"{value!r} is not known.", f"Choose among: {known}.")


def _numbers() -> Iterator[CheckMessage]:
    if not settings.DEADLINE_FACTOR > 0:
        yield error("DEADLINE_FACTOR", f"{settings.DEADLINE_FACTOR} leaves no call any time.", "Use 1, or more.")
    if not 1 <= settings.PORT <= 65_535:
        yield error("PORT", f"{settings.PORT} is not a port.", "Use 1 to 65535; 8000 is usual.")
    if settings.DRAIN_GRACE_SECONDS >= settings.DRAIN_SECONDS:
        hint = "Give DRAIN_SECONDS more, so that requests in progress can end after the grace period."
        yield error("DRAIN_GRACE_SECONDS", f"{settings.DRAIN_GRACE_SECONDS} leaves no time to end.", hint)
    if not 0 <= settings.RPC_THREADS <= 256:
        yield error("RPC_THREADS", f"{settings.RPC_THREADS} is out of range.", "Use 1 to 256; 0 in tests only.")
    if not settings.RPC_QUEUE_SECONDS > 0:
        yield error("RPC_QUEUE_SECONDS", f"{settings.RPC_QUEUE_SECONDS} lets no call wait.", "Use 0.75, or more.")
    if not settings.RPC_LOOKUP_SECONDS > 0:
        yield error("RPC_LOOKUP_SECONDS", f"{settings.RPC_LOOKUP_SECONDS} is not a time.", "Use 5.0, or less.")
    if not 0 <= settings.RPC_RETRY_SHARE <= 1:
        yield error("RPC_RETRY_SHARE", f"{settings.RPC_RETRY_SHARE} is not a share of all calls.", "Use 0 to 1.")


POSITIVE = [
    "RPC_MOST_IN_FLIGHT",
    "RPC_QUEUE",
    "RPC_MAX_BODY",
    "CONSUMER_STALLED_SECONDS",
    "EVENT_PARTITIONS",
    "WORKERS",
    "REPLICAS",
    "DRAIN_SECONDS",
    "PASSWORD_HASH_SLOTS",
    "EMAIL_PORT",
    "GRAPHQL_MAX_CHARACTERS",
    "GRAPHQL_MAX_TOKENS",
    "GRAPHQL_MAX_DEPTH",
    "GRAPHQL_MAX_ALIASES",
    "GRAPHQL_MAX_DIRECTIVES",
    "GRAPHQL_MAX_COST",
    "GRAPHQL_MAX_PAGE",
    "GRAPHQL_MAX_ERRORS",
    "GRAPHQL_MAX_VALUES",
    "GRAPHQL_MAX_BODY",
    "GRAPHQL_MAX_BATCH",
    "GRAPHQL_DEADLINE_SECONDS",
    "GRAPHQL_MAX_CONNECTIONS",
    "GRAPHQL_MAX_SUBSCRIPTIONS",
    "GRAPHQL_SOCKET_INIT_SECONDS",
    "GRAPHQL_SOCKET_PING_SECONDS",
    "GRAPHQL_SOCKET_QUEUE",
]
NOT_NEGATIVE = ["DRAIN_GRACE_SECONDS", "PROXIES", "GRAPHQL_RATE_CUSTOMER", "GRAPHQL_RATE_ADDRESS"]


def _limits() -> Iterator[CheckMessage]:
    yield from at_least(1, *POSITIVE)
    yield from at_least(0, *NOT_NEGATIVE)
    for variable in ("GRAPHQL_RATE_CUSTOMER", "GRAPHQL_RATE_ADDRESS"):
        rate = getattr(settings, variable)
        if 0 < rate < settings.GRAPHQL_MAX_COST:
            hint = f"Use GRAPHQL_MAX_COST ({settings.GRAPHQL_MAX_COST}) or more, or 0 for no limit."
            yield error(variable, f"{rate} is less than one operation may cost.", hint)


def at_least(least: int, *variables: str) -> Iterator[Error]:
    """An error for each of these variables whose value is smaller."""
    for variable in variables:
        if getattr(settings, variable) < least:
            yield error(variable, f"{getattr(settings, variable)} is too small.", f"Use {least} or more.")


def _documents() -> Iterator[CheckMessage]:
    if settings.GRAPHQL_TRUSTED_ONLY and not settings.GRAPHQL_DOCUMENTS:
        hint = "Set GRAPHQL_DOCUMENTS to a manifest written by `manage.py persist`."
        yield error("GRAPHQL_TRUSTED_ONLY", "no document is trusted.", hint)
    if settings.GRAPHQL_DOCUMENTS:
        try:
            manifests.read(Path(settings.GRAPHQL_DOCUMENTS))
        except manifests.InvalidManifest as problem:
            hint = "Write the manifest with `manage.py persist`."
            yield error("GRAPHQL_DOCUMENTS", f"{settings.GRAPHQL_DOCUMENTS}: {problem}.", hint)


def _imports() -> Iterator[CheckMessage]:
    paths = {
        "EVENT_PUBLISHER": [settings.EVENT_PUBLISHER] if settings.EVENT_PUBLISHER else [],
        "EMAIL_BACKEND": [settings.EMAIL_BACKEND],
    }
    for variable, dotted in paths.items():
        for path in dotted:
            if not _importable(path):
                yield error(variable, f"{path!r} cannot be imported.", "Give the dotted path of a class or function.")


def _importable(path: str) -> bool:
    try:
        return isinstance(import_string(path), Callable)  # type: ignore[arg-type]
    except Exception:
        return False


def _addresses() -> Iterator[CheckMessage]:
    if urlsplit(settings.PUBLIC_URL).scheme not in ("http", "https") or not urlsplit(settings.PUBLIC_URL).netloc:
        yield error(
            "PUBLIC_URL", f"{settings.PUBLIC_URL!r} is not an address.", "Use one such as https://shop.example."
        )
    for site in settings.GRAPHQL_ORIGINS:
        if site != "*" and (not site.startswith(("http://", "https://")) or site.count("/") != 2):
            yield error(
                "GRAPHQL_ORIGINS", f"{site!r} is not a site.", "Use some such as https://shop.example, or * for all."
            )
    if settings.SENTRY_DSN and not urlsplit(settings.SENTRY_DSN).hostname:
        yield error("SENTRY_DSN", "it is not an address.", "Copy the DSN from the project's settings, or leave it out.")


def _services() -> Iterator[CheckMessage]:
    for context, urls in settings.SERVICES.items():
        if context not in settings.ALL_CONTEXTS:
            known = ", ".join(settings.ALL_CONTEXTS)
            yield error("SERVICES", f"there is no context {context!r}.", f"Choose among: {known}.")
        for problem in filter(None, map(addresses.problem, urls)):
            yield error("SERVICES", f"{problem}.", "Give scheme, host and port: the mesh encrypts, the path is known.")


def _admins() -> Iterator[CheckMessage]:
    for context, url in settings.ADMINS.items():
        if context not in settings.ALL_CONTEXTS:
            known = ", ".join(settings.ALL_CONTEXTS)
            yield error("ADMINS", f"there is no context {context!r}.", f"Choose among: {known}.")
        if not url.startswith(("http://", "https://", "/")):
            yield error("ADMINS", f"{url!r} is not an address.", "Use one such as https://catalog.example/admin/.")


def _links() -> Iterator[CheckMessage]:
    links = [link for config in contexts.all_contexts() for link in config.landing_links()]
    for link in links:
        if not link.href.startswith(("/", "http://", "https://")):
            hint = "Use a path such as /page, or a whole address."
            yield error(link.setting, f"{link.href!r} is not an address.", hint)


def folders_are_writable(database: Mapping[str, Any]) -> Iterator[CheckMessage]:
    """Errors for folders of databases and e-mails that cannot be written to."""
    if database["ENGINE"].endswith("sqlite3") and "memory" not in str(database["NAME"]):
        yield from _writable("DATABASE_URL", Path(database["NAME"]).parent)
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        yield from writable("EMAIL_FILE_PATH")


def writable(variable: str) -> Iterator[Error]:
    """Errors for a setting that names a folder, which is created below the first existing one when it is needed."""
    path = Path(getattr(settings, variable))
    return _writable(variable, next((folder for folder in (path, *path.parents) if folder.exists()), path))


def _writable(variable: str, folder: Path) -> Iterator[Error]:
    if not folder.is_dir():
        yield error(variable, f"there is no folder {folder}.", "Make it, or name another.")
    elif not os.access(folder, os.W_OK):
        yield error(variable, f"nothing can be written to {folder}.", "Allow it, or name another.")


def _names() -> Iterator[CheckMessage]:
    if settings.MESH and not settings.MESH_NAMESPACE:
        yield error("MESH_NAMESPACE", "none is named.", "Name the one whose service accounts count as callers.")
    try:
        validate_email(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    except ValidationError:
        hint = "Use one such as Thrift Shop <shop@shop.example>."
        yield error("DEFAULT_FROM_EMAIL", f"{settings.DEFAULT_FROM_EMAIL!r} is not an address.", hint)


def _spelling() -> Iterator[CheckMessage]:
    if settings.SKU_CASE not in (sku_case.UPPER, sku_case.KEPT):
        yield error("SKU_CASE", f"{settings.SKU_CASE!r} is not a way to spell SKUs.", "Use upper or kept.")


def _currencies() -> Iterator[CheckMessage]:
    for code in settings.CURRENCIES:
        if code not in money.EXPONENTS:
            yield error("CURRENCIES", f"{code!r} is not a currency of ISO 4217.", "Use codes such as GBP,EUR,USD.")
    for code, times in Counter(settings.CURRENCIES).items():
        if times > 1:
            yield error("CURRENCIES", f"{code} is named {times} times.", "Name each currency once.")
    if not settings.CURRENCIES:
        yield error("CURRENCIES", "none is named.", "Name at least one; the first is the shop's own.")


def _postage() -> Iterator[CheckMessage]:
    for code, text in settings.POSTAGE.items():
        try:
            postage.parse(text, code)
        except ValueError as problem:
            hint = "Write GBP=3.95/50.00: the price of sending, and the price of goods from which it is free."
            yield error("POSTAGE", f"{code}={text}: {problem}", hint)
    for code in settings.CURRENCIES:
        if code not in settings.POSTAGE:
            hint = f"Give a rate such as {code}=3.95/50.00, or 0 where sending is free."
            yield Warning(
                f"POSTAGE: no rate in {code}; orders in it are refused.", hint=hint, id="thriftshop.W_POSTAGE"
            )
