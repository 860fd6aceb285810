"""A laptop: one process, readable logs, pages that explain their errors."""

from settings import accounts, variables
from settings.base import *

DEBUG = True
SECRET_KEY = SECRET_KEY or "development-only-" + "0" * 50
VIEWER_KEYS = VIEWER_KEYS or [SECRET_KEY]
LOGGING = make_logging(variables.text("LOG_FORMAT", "text"), LOG_LEVEL)
# Shown on the landing page, made by the demo shop.
DEMO_ACCOUNTS = accounts.DEMO_ACCOUNTS
