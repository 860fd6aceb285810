"""Settings that hold everywhere; what differs comes from variables, listed in `.env.example`."""

import os
import warnings
from pathlib import Path
from typing import Any

import django_stubs_ext

from settings import databases, storages, variables
from settings.variables import ROOT

# Django's generic classes (ModelAdmin[Product]) become subscriptable, as the type checker reads them.
django_stubs_ext.monkeypatch()

# WhiteNoise reads files as every WSGI application does; they are small, and nobody can do anything about the warning.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

# -- what this process is -------------------------------------------------------------------------
# The contexts, each an app of this name in apps/. What else there is to say about one, its apps.py says.
ALL_CONTEXTS = [
    "catalog",
    "inventory",
    "cart",
    "orders",
    "users",
    "sessions",
    "recommender",
    "gateway",
    "registry",
]
# Actors call the contexts from outside, by contract only, and serve nothing.
ALL_ACTORS = ["trade", "demo"]
_named = variables.contexts("CONTEXTS", ALL_CONTEXTS, ALL_ACTORS)
CONTEXTS = [name for name in _named if name not in ALL_ACTORS]
# The build of the code; set in the image.
VERSION = variables.text("VERSION", "development")
MONOLITH = set(ALL_CONTEXTS) <= set(CONTEXTS)
# One process with all contexts has the actors as well; a process without contexts may be one of them (`CONTEXTS=demo`).
ACTORS = ALL_ACTORS if MONOLITH else [name for name in _named if name in ALL_ACTORS]

DEBUG = False
SECRET_KEY = variables.text("SECRET_KEY", "")
ALLOWED_HOSTS = variables.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    "thriftshop",
    "thriftshop.event_store",
    *(f"apps.{name}" for name in (*CONTEXTS, *ACTORS)),
    "thriftshop.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "thriftshop.identity.apps.StaffSessionsConfig",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_prometheus",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    # Before whatever answers by itself: redirects to HTTPS, static files, refused hosts.
    "thriftshop.csp.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "thriftshop.compression.TextCompression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "thriftshop.desk.middleware.StaffViewer",
    "thriftshop.disk.Middleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "thriftshop.urls"
ASGI_APPLICATION = "thriftshop.asgi.application"
ASGI_PATH = "thriftshop.asgi:application"
WSGI_APPLICATION = "thriftshop.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# -- serving: manage.py serve ---------------------------------------------------------------------
HOST = variables.text("HOST", "127.0.0.1")
PORT = variables.number("PORT", 8000)
PUBLIC_URL = variables.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
# What addresses in GraphQL begin with; the host of the request where empty.
PUBLIC_ORIGIN = variables.text("PUBLIC_URL")
# Processes on the same port; in a cluster, replicas do better.
WORKERS = variables.number("WORKERS", 1)
# How many processes of each context `manage.py split` starts.
REPLICAS = variables.number("REPLICAS", 1)
# After SIGTERM a process says that it is not ready, for so long still takes what comes, then refuses it; in all it takes
# so long at most until it has ended.
DRAIN_GRACE_SECONDS = variables.number("DRAIN_GRACE_SECONDS", 3)
DRAIN_SECONDS = variables.number("DRAIN_SECONDS", 25)
# Where the staff's doors of other processes are, for the landing page: `catalog=http://127.0.0.1:8101/admin/ ...`.
ADMINS = variables.pairs("ADMINS")

# -- data -----------------------------------------------------------------------------------------
RPC_THREADS = variables.number("RPC_THREADS", 8)
# PostgreSQL: connections that a process opens, how long a thread waits for one, and how long a statement may take (0: no limit).
DATABASE_POOL_MIN = variables.number("DATABASE_POOL_MIN", 1)
DATABASE_POOL_MAX = variables.number("DATABASE_POOL_MAX", databases.pool_needed(RPC_THREADS) + databases.PAGE_THREADS)
DATABASE_POOL_SECONDS = variables.decimal("DATABASE_POOL_SECONDS", 2.0)
DATABASE_STATEMENT_SECONDS = variables.number("DATABASE_STATEMENT_SECONDS", 30)
_address = variables.database("DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'shop.sqlite3'}")
DATABASES = {
    "default": databases.sqlite(_address, cache_kib=64_000 if MONOLITH else 500)
    if databases.is_sqlite(_address)
    else databases.postgresql(
        _address,
        application=f"thriftshop {','.join(CONTEXTS + ACTORS)}",
        statement_seconds=DATABASE_STATEMENT_SECONDS,
        pool={"min_size": DATABASE_POOL_MIN, "max_size": DATABASE_POOL_MAX, "timeout": DATABASE_POOL_SECONDS},
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Where pictures are kept: `database` (the catalog's), `folder` (MEDIA_ROOT, which replicas must share) or `s3` (object storage).
MEDIA_STORAGE = variables.text("MEDIA_STORAGE", "database")
MEDIA_STORAGES = list(storages.BACKENDS)
STORAGES = {
    "default": storages.media(MEDIA_STORAGE),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = Path(variables.text("MEDIA_ROOT", str(ROOT / "var" / "media")))
# Where the addresses of pictures begin: a proxy's, a content delivery network's, or ours.
MEDIA_URL = variables.text("MEDIA_URL", "/media/")
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "var" / "static"

# -- events and calls -----------------------------------------------------------------------------
EVENT_STORES = {"default": variables.text("EVENT_STORE", "thriftshop.events.streams.database.DatabaseStreams")}
EVENT_FEEDS = {"default": variables.text("EVENT_FEED", "thriftshop.events.feed.database.DatabaseFeed")}
# How many partitions the embedded feed has; `manage.py repartition` after a change.
EVENT_PARTITIONS = variables.number("EVENT_PARTITIONS", 1)
EVENT_PUBLISHER = variables.text("EVENT_PUBLISHER", "")
# A consumer group that is behind and has not moved for so long is reported as stalled.
CONSUMER_STALLED_SECONDS = variables.number("CONSUMER_STALLED_SECONDS", 30)
# The module that implements the platform's own contract in every process.
PLATFORM_SERVICE = "thriftshop.service"
RPC_TRANSPORT = variables.text("RPC_TRANSPORT", "local")
# Calls over the network: how long a call waits for a thread at most, how many wait at most, and how large a message may be.
RPC_QUEUE_SECONDS = variables.decimal("RPC_QUEUE_SECONDS", 0.75)
RPC_QUEUE = variables.number("RPC_QUEUE", 1024)
RPC_MAX_BODY = variables.number("RPC_MAX_BODY", 1_048_576)
# Where the contexts are that this process does not host: context=address|address; else at http://<context>.
SERVICES = variables.addresses("SERVICES")
# How often the hosts' addresses are looked up anew; how many calls to one context may be under way at a time;
# how many of the calls may be tried again.
RPC_LOOKUP_SECONDS = variables.decimal("RPC_LOOKUP_SECONDS", 5.0)
RPC_MOST_IN_FLIGHT = variables.number("RPC_MOST_IN_FLIGHT", 256)
RPC_RETRY_SHARE = variables.decimal("RPC_RETRY_SHARE", 0.2)
# Multiplies every deadline: for slow machines and debuggers.
DEADLINE_FACTOR = variables.decimal("DEADLINE_FACTOR", 1.0)

# -- people ---------------------------------------------------------------------------------------
# Where the users are elsewhere, the staff log in through their contract, and an account of that id stands in for them here.
AUTH_USER_MODEL = "users.User" if "users" in CONTEXTS else "auth.User"
if "users" not in CONTEXTS:
    AUTHENTICATION_BACKENDS = ["thriftshop.desk.backends.StaffBackend"]
# Doors on the same host have cookies in common, whatever their ports: each has one of its own name.
SESSION_COOKIE_NAME = "sessionid" if MONOLITH else f"sessionid_{'_'.join(CONTEXTS)}"
VIEWER_KEYS = variables.names("VIEWER_KEYS", [SECRET_KEY] if SECRET_KEY else [])
# With what e-mail addresses of guests' orders are digested, to find the orders again; the SECRET_KEY where empty.
EMAIL_DIGEST_KEY = variables.text("EMAIL_DIGEST_KEY")
# What services state to each other who they are with, where no mesh does that; in a mesh, the mesh's own word counts.
SERVICE_KEYS = variables.names("SERVICE_KEYS", [])
MESH = variables.text("MESH", "")
# 2018's contracts are called without a word of who calls: open only where strangers do not reach the port.
LEGACY_OPEN = variables.flag("LEGACY_OPEN", False)
MESH_NAMESPACE = variables.text("MESH_NAMESPACE", "thriftshop")
PASSWORD_HASHERS = ["thriftshop.identity.hashers.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
EMAIL_BACKEND = variables.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = variables.text("EMAIL_HOST", "localhost")
EMAIL_PORT = variables.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = variables.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = variables.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = variables.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
# Where letters go that are kept as files (filebased.EmailBackend).
EMAIL_FILE_PATH = Path(variables.text("EMAIL_FILE_PATH", str(ROOT / "var" / "mail")))
DEFAULT_FROM_EMAIL = variables.text("DEFAULT_FROM_EMAIL", "Thrift Shop <shop@thriftshop.example>")

DEMO_ACCOUNTS: list[dict[str, str]] = []

# -- users and sessions ---------------------------------------------------------------------------
# How many passwords are hashed at the same time; each takes 19 MiB while it lasts.
PASSWORD_HASH_SLOTS = variables.number("PASSWORD_HASH_SLOTS", 4)
# A session ends when it was not used for so many hours, and after so many days in any case.
SESSION_IDLE_HOURS = variables.number("SESSION_IDLE_HOURS", 24 * 14)
SESSION_DAYS = variables.number("SESSION_DAYS", 90)
# How many proxies stand in front: so many entries at the end of X-Forwarded-For are theirs, and the first of those the client.
PROXIES = variables.number("PROXIES", 0)

# -- the shop -------------------------------------------------------------------------------------
# Codes of ISO 4217; the first is the shop's own.
CURRENCIES = [code.upper() for code in variables.names("CURRENCIES", ["GBP", "EUR", "USD"])]
# What sending an order costs, and from which price of goods on it is free: `GBP=3.95/50.00`, with the currency's own decimals.
POSTAGE = {
    code.upper(): rate
    for code, rate in variables.pairs(
        "POSTAGE", {"GBP": "3.95/50.00", "EUR": "4.95/60.00", "USD": "5.95/65.00"}
    ).items()
}
# How SKUs are spelled: in capitals (`upper`), or as they are written (`kept`, for a database that has some in small letters).
SKU_CASE = variables.text("SKU_CASE", "upper")
# So long a customer may call an order off; so long an order may wait to be confirmed; so long a customer may return.
ORDER_GRACE_MINUTES = variables.number("ORDER_GRACE_MINUTES", 30)
ORDER_TIMEOUT_MINUTES = variables.number("ORDER_TIMEOUT_MINUTES", 15)
RETURN_DAYS = variables.number("RETURN_DAYS", 30)
# From so few available down, a product is shown to staff as low.
LOW_STOCK = variables.number("LOW_STOCK", 3)
# What becomes of a guest's cart at login: sum, larger, guest or customer; and how long carts are kept unused.
CART_MERGE_STRATEGY = variables.text("CART_MERGE_STRATEGY", "sum")
CART_LIFETIME_DAYS = variables.number("CART_LIFETIME_DAYS", 30)
CART_CUSTOMER_LIFETIME_DAYS = variables.number("CART_CUSTOMER_LIFETIME_DAYS", 90)

# -- GraphQL limits -------------------------------------------------------------------------------
# What the gateway serves: an engine and what opens a request; the platform itself knows no schema.
GRAPHQL_GATEWAY = "apps.gateway.gateway.GATEWAY" if "gateway" in CONTEXTS else ""
# Introspection, suggestions, queries by GET and the explorer page; as DEBUG says where it is None.
GRAPHQL_OPEN = variables.choice("GRAPHQL_OPEN")
# The sites whose pages may call /graphql from a browser (`https://shop.example`; `*` for all of them); by default only ours.
GRAPHQL_ORIGINS = variables.names("GRAPHQL_ORIGINS", [])
GRAPHQL_MAX_CHARACTERS = variables.number("GRAPHQL_MAX_CHARACTERS", 15_000)
GRAPHQL_MAX_TOKENS = variables.number("GRAPHQL_MAX_TOKENS", 1_000)
GRAPHQL_MAX_DEPTH = variables.number("GRAPHQL_MAX_DEPTH", 10)
GRAPHQL_MAX_ALIASES = variables.number("GRAPHQL_MAX_ALIASES", 15)
GRAPHQL_MAX_DIRECTIVES = variables.number("GRAPHQL_MAX_DIRECTIVES", 50)
GRAPHQL_MAX_COST = variables.number("GRAPHQL_MAX_COST", 5_000)
GRAPHQL_MAX_PAGE = variables.number("GRAPHQL_MAX_PAGE", 100)
GRAPHQL_MAX_ERRORS = variables.number("GRAPHQL_MAX_ERRORS", 100)
GRAPHQL_MAX_BODY = variables.number("GRAPHQL_MAX_BODY", 1_048_576)
GRAPHQL_MAX_BATCH = variables.number("GRAPHQL_MAX_BATCH", 10)
# All the time that one request may take, in seconds; every call it makes has only what is left of it.
GRAPHQL_DEADLINE_SECONDS = variables.number("GRAPHQL_DEADLINE_SECONDS", 10)

# -- the registry ---------------------------------------------------------------------------------
# Whether anybody may read the contracts; staff who are logged in always may. As DEBUG says where it is None.
REGISTRY_OPEN = variables.choice("REGISTRY_OPEN")
# So long, in milliseconds, the page of what runs waits for all services together.
REGISTRY_PATIENCE_MS = variables.number("REGISTRY_PATIENCE_MS", 1_000)
# Where the landing page leads to; nowhere where it is empty.
REGISTRY_URL = variables.text("REGISTRY_URL", "/registry" if "registry" in CONTEXTS else "")

# -- the rest -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = variables.zone("TIME_ZONE", "Europe/London")
USE_TZ = True
LOG_LEVEL = variables.log_level("LOG_LEVEL", "INFO")
LOG_FORMATS = ("json", "text")
LOG_FORMAT = variables.one_of("LOG_FORMAT", "json", LOG_FORMATS)


def make_logging(format_: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for one handler on the console, as `json` or `text`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"call_context": {"()": "thriftshop.telemetry.logs.AddCallContext"}},
        "formatters": {
            "json": {"()": "thriftshop.telemetry.logs.JsonFormatter"},
            "text": {"()": "thriftshop.telemetry.logs.TextFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": format_, "filters": ["call_context"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # It would report each attempt to connect; whoever needs the connection reports that it has none.
            "psycopg.pool": {"level": "ERROR"},
        },
    }


LOGGING = make_logging(LOG_FORMAT, LOG_LEVEL)
SENTRY_DSN = variables.text("SENTRY_DSN", "")
SENTRY_ENVIRONMENT = variables.text("SENTRY_ENVIRONMENT", "production")
if not STATIC_ROOT.is_dir() and os.access(ROOT, os.W_OK):
    os.makedirs(STATIC_ROOT, exist_ok=True)
