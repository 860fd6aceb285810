"""Settings that hold everywhere; what differs comes from variables, listed in `.env.example`."""

import os
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()
if (ROOT / ".env").is_file():
    env.read_env(str(ROOT / ".env"))

# -- what this process is -------------------------------------------------------------------------
ALL_CONTEXTS = ["catalog", "inventory", "cart", "orders", "users", "sessions", "recommender", "gateway"]
# Actors drive the contexts from outside, by contract alone; they serve nothing.
ALL_ACTORS = ["trade", "demo"]
CONTEXTS = env.list("CONTEXTS", default=ALL_CONTEXTS)
TOPICS = ["catalog", "inventory", "cart", "orders", "users", "sessions"]
MONOLITH = set(ALL_CONTEXTS) <= set(CONTEXTS)

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "thriftshop",
    "thriftshop.events",
    *(f"apps.{name}" for name in (*CONTEXTS, *(ALL_ACTORS if MONOLITH else ()))),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "thriftshop.identity.apps.StaffSessionsConfig",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_prometheus",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "thriftshop.identity.middleware.StaffViewer",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "thriftshop.urls"
ASGI_APPLICATION = "thriftshop.asgi.application"
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

# -- data -----------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{ROOT / 'var' / 'shop.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer takes its lock at once and waits for it, instead of failing half way. WAL: readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(ROOT / "var" / "media")))
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "var" / "static"

# -- events and calls -----------------------------------------------------------------------------
EVENT_STORES = {"default": env.str("EVENT_STORE", default="thriftshop.events.stores.database.DatabaseStore")}
EVENT_PUBLISHER = env.str("EVENT_PUBLISHER", default="thriftshop.events.bus.publish")
RPC_TRANSPORT = env.str("RPC_TRANSPORT", default="local")
RPC_THREADS = env.int("RPC_THREADS", default=8)
# Multiplies every deadline: for slow machines and debuggers.
DEADLINE_FACTOR = env.float("DEADLINE_FACTOR", default=1.0)

# -- people ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User" if "users" in CONTEXTS else "auth.User"
VIEWER_KEYS = env.list("VIEWER_KEYS", default=[SECRET_KEY] if SECRET_KEY else [])
PASSWORD_HASHERS = ["thriftshop.identity.hashers.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Thrift Shop <shop@thriftshop.example>")

# -- the shop -------------------------------------------------------------------------------------
CURRENCIES = env.list("CURRENCIES", default=["GBP", "EUR", "USD"])

# -- the rest -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="Europe/London")
USE_TZ = True
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"circumstances": {"()": "thriftshop.telemetry.logs.AddCircumstances"}},
    "formatters": {
        "json": {"()": "thriftshop.telemetry.logs.JsonFormatter"},
        "text": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT if LOG_FORMAT in ("json", "text") else "json",
            "filters": ["circumstances"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django.request": {"level": "ERROR"}},
}
SENTRY_DSN = env.str("SENTRY_DSN", default="")
os.makedirs(ROOT / "var", exist_ok=True)
