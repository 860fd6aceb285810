"""Settings of all environments; differences come from variables, listed in `.env.example`."""

import os
import warnings
from pathlib import Path

import django_stubs_ext

from settings import databases, processors, storages, variables
from settings.cassandra import *
from settings.emails import *
from settings.kafka import *
from settings.logs import make_logging
from settings.shop import *
from settings.traces import *
from settings.tracking import *
from settings.variables import ROOT

# Makes Django's generic classes subscriptable (ModelAdmin[Product]), for the type checker.
django_stubs_ext.monkeypatch()

# WhiteNoise reads small files synchronously, as every WSGI application does; the warning is not useful.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

# -- this process ---------------------------------------------------------------------------------
# The contexts, each an app of this name in apps/, described in its apps.py.
ALL_CONTEXTS = [
    "catalog",
    "inventory",
    "cart",
    "orders",
    "users",
    "sessions",
    "recommender",
    "analytics",
    "experiments",
    "gateway",
    "registry",
]
# Drivers call the contexts from outside, by contract only, and serve nothing.
ALL_DRIVERS = ["trade", "demo"]
_named = variables.contexts("CONTEXTS", ALL_CONTEXTS, ALL_DRIVERS)
CONTEXTS = [name for name in _named if name not in ALL_DRIVERS]
# The build of the code; set in the image.
VERSION = variables.text("VERSION", "development")
MONOLITH = set(ALL_CONTEXTS) <= set(CONTEXTS)
# A process with all contexts includes the drivers; a process without contexts may be one of them (`CONTEXTS=demo`).
DRIVERS = ALL_DRIVERS if MONOLITH else [name for name in _named if name in ALL_DRIVERS]

DEBUG = False
SECRET_KEY = variables.text("SECRET_KEY", "")
ALLOWED_HOSTS = variables.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    "thriftshop",
    "thriftshop.event_store",
    *(f"apps.{name}" for name in (*CONTEXTS, *DRIVERS)),
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
    # Before middleware that may answer itself: redirects to HTTPS, static files, refused hosts.
    "thriftshop.web.csp.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "thriftshop.web.compression.TextCompression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "thriftshop.desk.middleware.StaffViewer",
    "thriftshop.database.disk.Middleware",
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
# The origin of URLs in GraphQL; by default the host of the request.
PUBLIC_ORIGIN = variables.text("PUBLIC_URL")
# Processes on the same port; prefer replicas in a cluster.
WORKERS = variables.number("WORKERS", processors.default_workers())
# The number of processes of each context that `manage.py split` starts.
REPLICAS = variables.number("REPLICAS", 1)
# After SIGTERM a process is not ready, accepts requests for a grace period, then refuses them, and exits at the latest
# after DRAIN_SECONDS.
DRAIN_GRACE_SECONDS = variables.number("DRAIN_GRACE_SECONDS", 3)
DRAIN_SECONDS = variables.number("DRAIN_SECONDS", 25)
# The admins of other processes, for the landing page: `catalog=http://127.0.0.1:8101/admin/ ...`.
ADMINS = variables.pairs("ADMINS")

# -- data -----------------------------------------------------------------------------------------
RPC_THREADS = variables.number("RPC_THREADS", 8)
# PostgreSQL: connections that a process opens, how long a thread waits for one, and how long a statement may take (0: no limit).
_pool = databases.pool_needed(RPC_THREADS, len(CONTEXTS))
DATABASE_POOL_MIN = variables.number("DATABASE_POOL_MIN", 1)
DATABASE_POOL_MAX = variables.number("DATABASE_POOL_MAX", databases.PAGE_THREADS + _pool)
DATABASE_POOL_SECONDS = variables.decimal("DATABASE_POOL_SECONDS", 2.0)
DATABASE_STATEMENT_SECONDS = variables.number("DATABASE_STATEMENT_SECONDS", 30)
_address = variables.database("DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'shop.sqlite3'}")
DATABASES = {
    "default": databases.sqlite(_address, cache_kib=64_000 if MONOLITH else 500)
    if databases.is_sqlite(_address)
    else databases.postgresql(
        _address,
        application=f"thriftshop {','.join(CONTEXTS + DRIVERS)}",
        statement_seconds=DATABASE_STATEMENT_SECONDS,
        pool={"min_size": DATABASE_POOL_MIN, "max_size": DATABASE_POOL_MAX, "timeout": DATABASE_POOL_SECONDS},
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Where images are stored: `database` (the catalog's), `folder` (MEDIA_ROOT, which replicas must share) or `s3` (object storage).
MEDIA_STORAGE = variables.text("MEDIA_STORAGE", "database")
MEDIA_STORAGES = list(storages.BACKENDS)
STORAGES = {
    "default": storages.media(MEDIA_STORAGE),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = Path(variables.text("MEDIA_ROOT", str(ROOT / "var" / "media")))
# The prefix of image URLs: a proxy's, a content delivery network's, or our own.
MEDIA_URL = variables.text("MEDIA_URL", "/media/")
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "var" / "static"

# -- events and calls -----------------------------------------------------------------------------
EVENT_STORES = {"default": variables.text("EVENT_STORE", "thriftshop.events.streams.database.DatabaseStreams")}
EVENT_FEEDS = {
    "default": variables.text("EVENT_FEED", "thriftshop.events.feed.database.DatabaseFeed"),
    **variables.pairs("EVENT_FEEDS"),
}
# The number of partitions of the embedded feed; run `manage.py repartition` after a change.
EVENT_PARTITIONS = variables.number("EVENT_PARTITIONS", 1)
# Whether the processes that serve a context process its events too (`service`), or `manage.py consume` does (`apart`).
CONSUMERS = variables.one_of("CONSUMERS", "service", ("service", "apart"))
EVENT_PUBLISHER = variables.text("EVENT_PUBLISHER", "")
# A lagging consumer group without progress for this time is reported as stalled.
CONSUMER_STALLED_SECONDS = variables.number("CONSUMER_STALLED_SECONDS", 30)
# The module that implements the platform's own contract in every process.
PLATFORM_SERVICE = "thriftshop.service"
RPC_TRANSPORT = variables.text("RPC_TRANSPORT", "local")
# Calls over the network: how long a call may wait for a thread, how many may wait, and the maximum size of a message.
RPC_QUEUE_SECONDS = variables.decimal("RPC_QUEUE_SECONDS", 0.75)
RPC_QUEUE = variables.number("RPC_QUEUE", 1024)
RPC_MAX_BODY = variables.number("RPC_MAX_BODY", 1_048_576)
# The addresses of contexts that this process does not host: context=address|address; by default http://<context>.
SERVICES = variables.addresses("SERVICES")
# How often host names are resolved; the maximum number of calls in flight to one context; the share of calls that may be
# retried.
RPC_LOOKUP_SECONDS = variables.decimal("RPC_LOOKUP_SECONDS", 5.0)
RPC_MOST_IN_FLIGHT = variables.number("RPC_MOST_IN_FLIGHT", 256)
RPC_RETRY_SHARE = variables.decimal("RPC_RETRY_SHARE", 0.2)
# Multiplies every deadline, for slow machines and debuggers.
DEADLINE_FACTOR = variables.decimal("DEADLINE_FACTOR", 1.0)

# -- people ---------------------------------------------------------------------------------------
# If another process hosts users, staff are verified by contract, and have a local account with the same id.
AUTH_USER_MODEL = "users.User" if "users" in CONTEXTS else "auth.User"
if "users" not in CONTEXTS:
    AUTHENTICATION_BACKENDS = ["thriftshop.desk.backends.StaffBackend"]
# Admins on the same host share cookies, whatever their ports, so the cookie's name differs by process.
SESSION_COOKIE_NAME = "sessionid" if MONOLITH else f"sessionid_{'_'.join(CONTEXTS)}"
VIEWER_KEYS = variables.names("VIEWER_KEYS", [SECRET_KEY] if SECRET_KEY else [])
# The key of the digests by which guests' orders are found by e-mail address; by default SECRET_KEY.
EMAIL_DIGEST_KEY = variables.text("EMAIL_DIGEST_KEY")
# The keys of caller tokens; in a mesh, its identities are used instead.
SERVICE_KEYS = variables.names("SERVICE_KEYS", [])
MESH = variables.text("MESH", "")
# 2018's contracts identify no caller: open them only if the port is not reachable from outside.
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
DEMO_ACCOUNTS: list[dict[str, str]] = []

# -- users and sessions ---------------------------------------------------------------------------
# The number of passwords hashed concurrently; each uses 19 MiB.
PASSWORD_HASH_SLOTS = variables.number("PASSWORD_HASH_SLOTS", 4)
# When an unused session expires, and when any session does.
SESSION_IDLE_HOURS = variables.number("SESSION_IDLE_HOURS", 24 * 14)
SESSION_DAYS = variables.number("SESSION_DAYS", 90)
# The number of trusted proxies in front: the client is the first of as many entries at the end of X-Forwarded-For.
PROXIES = variables.number("PROXIES", 0)
# The header in which a proxy in front names the client's country (ISO 3166-1 alpha-2), for the audience of flags; none if empty.
COUNTRY_HEADER = variables.text("COUNTRY_HEADER", "").lower()

# -- GraphQL limits -------------------------------------------------------------------------------
# The gateway's schema and viewer; the platform itself knows no schema.
GRAPHQL_GATEWAY = "apps.gateway.gateway.GATEWAY" if "gateway" in CONTEXTS else ""
# Introspection, suggestions, queries by GET and the explorer page; by default DEBUG.
GRAPHQL_OPEN = variables.choice("GRAPHQL_OPEN")
# The origins whose pages may call /graphql (`https://shop.example`; `*` for all); by default only our own.
GRAPHQL_ORIGINS = variables.names("GRAPHQL_ORIGINS", [])
# A manifest of trusted documents (`manage.py persist`), and whether all others are refused.
GRAPHQL_DOCUMENTS = variables.text("GRAPHQL_DOCUMENTS", "")
GRAPHQL_TRUSTED_ONLY = variables.flag("GRAPHQL_TRUSTED_ONLY", False)
GRAPHQL_MAX_CHARACTERS = variables.number("GRAPHQL_MAX_CHARACTERS", 15_000)
GRAPHQL_MAX_TOKENS = variables.number("GRAPHQL_MAX_TOKENS", 1_000)
GRAPHQL_MAX_DEPTH = variables.number("GRAPHQL_MAX_DEPTH", 10)
GRAPHQL_MAX_ALIASES = variables.number("GRAPHQL_MAX_ALIASES", 15)
GRAPHQL_MAX_DIRECTIVES = variables.number("GRAPHQL_MAX_DIRECTIVES", 50)
GRAPHQL_MAX_COST = variables.number("GRAPHQL_MAX_COST", 5_000)
GRAPHQL_MAX_PAGE = variables.number("GRAPHQL_MAX_PAGE", 100)
GRAPHQL_MAX_ERRORS = variables.number("GRAPHQL_MAX_ERRORS", 100)
GRAPHQL_MAX_VALUES = variables.number("GRAPHQL_MAX_VALUES", 10_000)
GRAPHQL_MAX_BODY = variables.number("GRAPHQL_MAX_BODY", 1_048_576)
GRAPHQL_MAX_BATCH = variables.number("GRAPHQL_MAX_BATCH", 10)
# Units of cost that a customer, and a client address without one, may request a minute from each process; 0 for no limit.
# Without trusted proxies all clients may have the address of a proxy: then there is no limit by default.
GRAPHQL_RATE_CUSTOMER = variables.number("GRAPHQL_RATE_CUSTOMER", 100_000)
GRAPHQL_RATE_ADDRESS = variables.number("GRAPHQL_RATE_ADDRESS", 1_000_000 if PROXIES else 0)
# The deadline of one request in seconds; its calls get the remaining time.
GRAPHQL_DEADLINE_SECONDS = variables.number("GRAPHQL_DEADLINE_SECONDS", 10)
# Subscriptions: connections of one process, open operations of a connection, when a WebSocket must be initialised, how
# often connections are pinged, and the number of messages that may wait for a slow client.
GRAPHQL_MAX_CONNECTIONS = variables.number("GRAPHQL_MAX_CONNECTIONS", 10_000)
GRAPHQL_MAX_SUBSCRIPTIONS = variables.number("GRAPHQL_MAX_SUBSCRIPTIONS", 50)
GRAPHQL_SOCKET_INIT_SECONDS = variables.number("GRAPHQL_SOCKET_INIT_SECONDS", 10)
GRAPHQL_SOCKET_PING_SECONDS = variables.number("GRAPHQL_SOCKET_PING_SECONDS", 15)
GRAPHQL_SOCKET_QUEUE = variables.number("GRAPHQL_SOCKET_QUEUE", 1_000)

# -- the registry ---------------------------------------------------------------------------------
# Whether anyone may read the contracts; logged-in staff always may. By default DEBUG.
REGISTRY_OPEN = variables.choice("REGISTRY_OPEN")
# The timeout of the page about running services, in milliseconds.
REGISTRY_PATIENCE_MS = variables.number("REGISTRY_PATIENCE_MS", 1_000)
# The landing page's link to the registry; none if empty.
REGISTRY_URL = variables.text("REGISTRY_URL", "/registry" if "registry" in CONTEXTS else "")

# -- the rest -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = variables.zone("TIME_ZONE", "Europe/London")
USE_TZ = True
LOG_LEVEL = variables.log_level("LOG_LEVEL", "INFO")
LOG_FORMATS = ("json", "text")
LOG_FORMAT = variables.one_of("LOG_FORMAT", "json", LOG_FORMATS)
LOGGING = make_logging(LOG_FORMAT, LOG_LEVEL, LOG_FOLDER)
SENTRY_DSN = variables.text("SENTRY_DSN", "")
SENTRY_ENVIRONMENT = variables.text("SENTRY_ENVIRONMENT", "production")
if not STATIC_ROOT.is_dir() and os.access(ROOT, os.W_OK):
    os.makedirs(STATIC_ROOT, exist_ok=True)
