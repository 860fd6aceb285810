"""The recommender: what goes well with what."""

from django.apps import AppConfig


class RecommenderConfig(AppConfig):
    """The recommender: what goes well with what."""

    name = "apps.recommender"
    label = "recommender"
    verbose_name = "Recommender"
