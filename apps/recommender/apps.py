"""The recommender: products that are bought together."""

import os

from thriftshop import contexts

# Requests run in threads; for matrices of a hundred rows, further threads within each request only cost time.
# Must be set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class RecommenderConfig(contexts.ContextConfig):
    """The recommender: products that are bought together."""

    name = "apps.recommender"
    label = "recommender"
    verbose_name = "Recommender"
    description = "Products bought together, and bestsellers."
    menu_order = 70
