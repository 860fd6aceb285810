"""How e-mails are sent."""

from pathlib import Path

from settings import variables
from settings.variables import ROOT

EMAIL_BACKEND = variables.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = variables.text("EMAIL_HOST", "localhost")
EMAIL_PORT = variables.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = variables.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = variables.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = variables.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
# The folder for e-mails written to files (filebased.EmailBackend).
EMAIL_FILE_PATH = Path(variables.text("EMAIL_FILE_PATH", str(ROOT / "var" / "mail")))
DEFAULT_FROM_EMAIL = variables.text("DEFAULT_FROM_EMAIL", "Thrift Shop <shop@thriftshop.example>")
