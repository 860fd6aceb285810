"""The tests: a database file, no patience needed for deadlines, nothing leaves the process."""

import os

from settings.base import *
from settings.variables import ROOT

SECRET_KEY = "test-only-" + "0" * 60
VIEWER_KEYS = ["test-viewer-key-" + "0" * 40]
SERVICE_KEYS = ["test-service-key-" + "0" * 40]
LEGACY_OPEN = True
DATABASES = {
    "default": {
        **DATABASES["default"],
        "TEST": {"NAME": str(ROOT / "var" / f"test-{os.environ.get('PYTEST_XDIST_WORKER', os.getpid())}.sqlite3")},
    }
}
if "timeout" in DATABASES["default"].get("OPTIONS", {}):
    # Fifty threads write at once on a machine that is busy with other tests: none gives up for want of a turn.
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"]["OPTIONS"], "timeout": 120}
DEADLINE_FACTOR = 600.0
RPC_THREADS = 0
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOGGING = {**LOGGING, "handlers": {"console": {"class": "logging.NullHandler"}}}
