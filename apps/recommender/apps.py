"""The recommender's application."""

import os

from django.apps import AppConfig

# Requests are answered in threads of their own: matrices of a hundred rows gain nothing from further threads
# inside each, and lose much where cores are few. It must be said before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class RecommenderConfig(AppConfig):
    """Name and label."""

    name = "apps.recommender"
    label = "recommender"
    verbose_name = "Recommender"
