"""The tests: a database file, no patience needed for deadlines, nothing leaves the process."""

import os

from settings import databases
from settings.base import *
from settings.logs import make_logging
from settings.variables import ROOT

SECRET_KEY = "test-only-" + "0" * 60
VIEWER_KEYS = ["test-viewer-key-" + "0" * 40]
SERVICE_KEYS = ["test-service-key-" + "0" * 40]
LEGACY_OPEN = True
# Fifty threads write at once on a machine that is busy with other tests: none must time out waiting for the lock.
_database, _options = DATABASES["default"], DATABASES["default"]["OPTIONS"]
if databases.is_sqlite(_database):
    _worker = os.environ.get("PYTEST_XDIST_WORKER", os.getpid())
    _database |= {
        "OPTIONS": _options | {"timeout": 120},
        "TEST": {"NAME": str(ROOT / "var" / f"test-{_worker}.sqlite3")},
    }
else:
    _database["OPTIONS"] = _options | {
        "pool": _options["pool"] | {"max_size": 60, "timeout": 120.0},
        # A test is one transaction, which is idle while other processes work.
        "options": f"{_options['options']} -c idle_in_transaction_session_timeout=0",
    }
DEADLINE_FACTOR = 600.0
RPC_THREADS = 0
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOG_FOLDER = ""
# Tests send tracked events themselves.
TRACK_FLUSH_SECONDS = 0.0
LOGGING = make_logging("json", LOG_LEVEL)
LOGGING["handlers"]["console"] = {"class": "logging.NullHandler"}
