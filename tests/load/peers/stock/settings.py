"""Settings of the shop on stock graphene-django: no middleware, the database in the folder FOLDER."""

import os
from pathlib import Path

SECRET_KEY = "of a shop that only this machine reaches"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["graphene_django", "django_filters", "tests.load.peers.stock"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(os.environ["FOLDER"]) / "stock.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tests.load.peers.stock.urls"
GRAPHENE = {"SCHEMA": "tests.load.peers.stock.schema.schema"}
USE_TZ = True
