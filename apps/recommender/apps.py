"""The recommender: products that are bought together."""

import os

from thriftshop import contexts

# Requests run in threads of their own: for matrices of a hundred rows, further threads within each only cost time.
# This must be set before numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class RecommenderConfig(contexts.ContextConfig):
    """The recommender: products that are bought together."""

    name = "apps.recommender"
    label = "recommender"
    verbose_name = "Recommender"
    description = "What the shop learnt from what was bought."
    menu_order = 70
