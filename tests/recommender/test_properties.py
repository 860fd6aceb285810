"""Properties of recommendations that hold for any orders and stock."""

import contextlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.recommender.service import recommending
from idl import recommender
from tests import acting
from tests.recommender import shop
from thriftshop.rpc import hosting

pytestmark = pytest.mark.django_db

ALL = [f"P{number}" for number in range(8)]
SKU = st.sampled_from(ALL)


@contextlib.contextmanager
def rolled_back():
    """A transaction that is rolled back at its end, so that each example starts without rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    recommending.forget()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    on_sale=st.sets(SKU),
    stocked=st.sets(SKU),
    bought=st.lists(st.lists(SKU, min_size=1, max_size=5), max_size=12),
    in_cart=st.lists(SKU, max_size=4),
    limit=st.integers(1, 10),
)
def test_recommendations_are_distinct_products_for_sale_that_are_not_in_the_request(
    on_sale, stocked, bought, in_cart, limit
):
    with rolled_back():
        for sku in on_sale:
            shop.save_product(sku, "x")
        for sku in stocked:
            shop.receive(sku, 1)
        shop.save_category("x")
        for number, basket in enumerate(bought):
            shop.confirm_order(f"o{number}", basket, customer=acting.CUSTOMER if number == 0 else None)
        shop.project_all()
        # Called directly, because remote calls are refused within a transaction.
        direct = hosting.service(recommender.RecommenderService)
        results = [(direct.get_bought_together(sku, limit), {sku}) for sku in ALL[:2]]
        results.append((direct.get_for_cart(in_cart, limit), set(in_cart)))
        results.append((direct.get_popular("x", limit), set()))
        with acting.as_customer():
            results.append((direct.get_for_viewer(limit), set(bought[0]) if bought else set()))
        for recommendations, excluded in results:
            skus = [recommendation.sku for recommendation in recommendations]
            scores = [recommendation.score for recommendation in recommendations]
            assert set(skus) <= (on_sale & stocked) - excluded
            assert len(skus) == len(set(skus)) <= limit
            assert scores == sorted(scores, reverse=True)
        ever_bought = {sku for basket in bought for sku in basket}
        assert len(results[2][0]) == min(limit, len((on_sale & stocked & ever_bought) - set(in_cart)))
