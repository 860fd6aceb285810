"""A laptop: one process, readable logs, pages that explain their errors."""

from settings.base import *

DEBUG = True
SECRET_KEY = SECRET_KEY or "development-only-" + "0" * 50
VIEWER_KEYS = VIEWER_KEYS or [SECRET_KEY]
LOGGING["handlers"]["console"]["formatter"] = env.str("LOG_FORMAT", default="text")
