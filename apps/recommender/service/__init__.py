"""The recommender's contract and the functions that implement it."""

from apps.recommender.service import recommending
from idl import recommender


class Service(recommender.RecommenderService):
    """idl/recommender.thrift, implemented."""

    get_bought_together = staticmethod(recommending.get_bought_together)
    get_for_cart = staticmethod(recommending.get_for_cart)
    get_for_viewer = staticmethod(recommending.get_for_viewer)
    get_popular = staticmethod(recommending.get_popular)
