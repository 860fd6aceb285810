"""A laptop: one process, readable logs, pages that explain their errors."""

import importlib.util
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from settings import accounts, variables
from settings.base import *
from settings.logs import make_logging

DEBUG = True
# With DEBUG, each connection keeps its last queries in memory: 9,000 by default, also outside of requests.
BaseDatabaseWrapper.queries_limit = 100
# A laptop may be busy, and a debugger slow: calls get ten times the time that their contracts allow.
DEADLINE_FACTOR = variables.decimal("DEADLINE_FACTOR", 10.0)
SECRET_KEY = SECRET_KEY or "development-only-" + "0" * 50
VIEWER_KEYS = VIEWER_KEYS or [SECRET_KEY]
SERVICE_KEYS = SERVICE_KEYS or [SECRET_KEY]
LEGACY_OPEN = variables.flag("LEGACY_OPEN", True)
LOG_FOLDER = variables.text("LOG_FOLDER", str(variables.ROOT / "var" / "logs"))
LOGGING = make_logging(variables.one_of("LOG_FORMAT", "text", LOG_FORMATS), LOG_LEVEL, LOG_FOLDER)
# Shown on the landing page, made by the demo shop.
DEMO_ACCOUNTS = accounts.DEMO_ACCOUNTS
# E-mails are saved in a folder: an e-mail program opens them, and the log stays readable.
EMAIL_BACKEND = variables.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
# GraphiQL's files, as a Python package ships them; without it `/graphql` shows an explorer of our own.
if (_graphiql := importlib.util.find_spec("graphene_django_graphiql_static")) and _graphiql.origin:
    STATICFILES_DIRS = [("graphiql", Path(_graphiql.origin).parent / "static" / "graphene_django_graphiql_static")]
