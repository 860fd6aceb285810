"""The cost of subscriptions: their selection is executed for each object that they follow."""

import pytest

from thriftshop.graphql import execution
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.gateways import gateway

OFFER = "sku price { amount } stock { available }"
BY_VARIABLE = f"subscription ($skus: [String!]!) {{ products(skus: $skus) {{ {OFFER} }} }}"
BY_FRAGMENT = f"""subscription ($skus: [String!]!) {{ ...Followed }}
    fragment Followed on Subscription {{ products(skus: $skus) {{ ...Offer }} }}
    fragment Offer on Product {{ {OFFER} }}"""


def cost(query, **variables):
    """The estimated cost of an operation."""
    return gateway().engine.prepare(execution.Operation(query, variables)).cost


@pytest.mark.parametrize("query", [BY_VARIABLE, BY_FRAGMENT])
def test_the_selection_of_a_subscription_counts_once_for_each_product(query):
    assert [cost(query, skus=["A"] * number) for number in (1, 2, 100)] == [23, 26, 320]


def test_products_that_are_named_in_the_document_count_as_well():
    written = [f"subscription {{ backInStock(skus: {skus}) {{ {OFFER} }} }}" for skus in ('"A"', '["A", "B"]')]
    assert [cost(query) for query in written] == [23, 26]


def test_the_selection_of_my_orders_counts_once_for_each_of_the_newest_orders():
    lines = "lines { product { sku } }"
    by_fragment = (
        "subscription { ...Followed } fragment Followed on Subscription { myOrders { ...O } } fragment O on Order"
    )
    single = cost(f'subscription {{ myOrder(id: "1") {{ id {lines} }} }}')
    assert cost("subscription { myOrders { id status } }") == 20 + 100
    assert cost(f"subscription {{ myOrders {{ id {lines} }} }}") == 20 + 100 * single
    assert cost(f"{by_fragment} {{ id {lines} }}") == 20 + 100 * single
    with pytest.raises(RequestRefused, match="too expensive"):
        cost("subscription { myOrders { lines { product { boughtTogether { nodes { sku } } } } } }")


def test_a_costly_selection_on_many_products_is_refused():
    query = (
        "subscription ($skus: [String!]!) { products(skus: $skus) { boughtTogether(first: 100) { nodes { sku } } } }"
    )
    assert cost(query, skus=["A"]) == 131
    with pytest.raises(RequestRefused, match="too expensive"):
        cost(query, skus=["A"] * 100)
