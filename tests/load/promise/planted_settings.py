"""Production's settings with the application of a planted fault: PLANTED names it."""

import os

from settings.production import *  # noqa: F403

ASGI_PATH = f"tests.load.promise.planted:{os.environ['PLANTED']}"
