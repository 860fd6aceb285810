"""From what visitors see by GraphQL to the results that staff read: exposures, logins, orders, cancellations and errors."""

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from apps.experiments.service import results, settling
from apps.gateway import flags
from apps.recommender.service import recommending
from idl import recommender
from tests.experiments import steps
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db
KEY = recommender.FLAG
SEE = "{ recommendations(first: 2) { edges { reason } } }"
OPEN = 'mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } ... on Refusal { message } } }'
ADD = """mutation ($input: AddToCartInput!) {
  addToCart(input: $input) { ... on AddToCartSuccess { cart { itemCount } } ... on Refusal { message } }
}"""
PLACE = """mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { ... on PlaceOrderSuccess { order { id } } ... on Refusal { message } }
}"""
CANCEL = """mutation ($input: CancelOrderInput!) {
  cancelOrder(input: $input) { ... on CancelOrderSuccess { order { status } } ... on Refusal { message } }
}"""
VISITORS = [f"visitor-{number:012d}" for number in range(40)]


class Visitor:
    """A browser: what it sends has its visitor's id, and its token after the login."""

    def __init__(self, visitor):
        self.visitor, self.token, self.cart = visitor, "", None

    def ask(self, document, **variables):
        response = client.send({"query": document, "variables": variables}, self.token, visitor=self.visitor)
        answer = orjson.loads(response.body)
        assert "errors" not in answer, answer
        return answer["data"]

    def do(self, document, **entered):
        (outcome,) = self.ask(document, input=entered).values()
        assert "message" not in outcome, outcome
        return outcome

    def log_in(self, email):
        login = {"email": email, "password": shop.PASSWORD}
        self.token = self.ask(shop.LOG_IN, **login)["logIn"]["token"]

    def buy(self, number=0):
        """Place an order; return its id."""
        cart = {} if self.token else {"cartToken": self.ask(OPEN)["openCart"]["token"]}
        self.do(ADD, sku=shop.sku(number), quantity=1, **cart)
        entered = shop.order_input(f"{self.visitor} buys {number}") | cart
        entered |= {} if self.token else {"email": "guest@example.com"}
        order = self.do(PLACE, **entered)["order"]
        progress.catch_up()
        return order["id"]


@pytest.fixture
def running(following):
    """A shop in which recommendations are compared."""
    shop.stock_up()
    choices = steps.variants({recommender.BASKETS: 50, recommender.POPULAR: 50})
    following.start(KEY, variants=choices, default_variant=recommender.BASKETS)
    return following


def known():
    """The results, once everything that happened has arrived."""
    flags.EXPOSURES.flush()
    flags.GUEST_ORDERS.flush()
    flags.OPERATIONS.flush(0)
    progress.catch_up()
    settling.settle()
    with steps.as_staff():
        (flag,) = steps.service().get_flags()
    return results.of(flag)


def of(variant, metric):
    """The value of a metric in a variant."""
    for comparison in known().comparisons:
        if comparison.metric.name == metric:
            effect = comparison.effect
            return (effect.variant if comparison.variant == variant else effect.control).value
    raise LookupError(metric)


def visitors_of(variant):
    """Browsers that see a variant, endlessly new ones."""
    for visitor in VISITORS:
        Visitor(visitor).ask(SEE)
        flags.EXPOSURES.flush()
        with steps.acting.as_stranger():
            if steps.service().resolve_subject(visitor).variants.get(KEY) == variant:
                yield Visitor(visitor)


def test_a_customer_s_order_counts_for_what_they_saw_before_the_login_until_it_is_cancelled(running, client):
    popular = visitors_of(recommender.POPULAR)
    phone, _ = next(popular), next(popular)
    phone.log_in(shop.someone("ann").email)
    bought = phone.buy()
    assert known().readings.moments[recommender.POPULAR].count == 2
    assert of(recommender.POPULAR, "conversion") == 0.5
    assert of(recommender.POPULAR, "revenue per visitor") == (1_000 + 395) / 2
    assert phone.do(CANCEL, id=bought, reason="Twice.")["order"]["status"] == "CANCELLED"
    assert of(recommender.POPULAR, "conversion") == 0
    assert of(recommender.POPULAR, "revenue per visitor") == 0
    assert of(recommender.POPULAR, "cancelled orders per visitor") == 0.5

    client.force_login(get_user_model().objects.create_superuser(email="boss@shop.example", name="Bea Boss"))
    shown = client.get(reverse("admin:experiments_flag_results", args=[KEY])).content.decode()
    assert "Cancelled orders per visitor" in shown
    assert "Not yet" in shown


def test_a_customer_on_another_device_and_a_guest_count_for_their_own_variant(running):
    phone = next(visitors_of(recommender.POPULAR))
    laptop = next(visitors_of(recommender.BASKETS))
    ann = shop.someone("ann")
    phone.log_in(ann.email)
    phone.ask(SEE)
    another = Visitor(VISITORS[-1])
    another.log_in(ann.email)
    another.buy(1)
    laptop.buy(2)
    found = known().readings.moments
    assert {variant: own.means[own.index("orders")] * own.count for variant, own in found.items()} == {
        recommender.POPULAR: pytest.approx(1),
        recommender.BASKETS: pytest.approx(1),
    }


def test_who_objects_to_tracking_is_not_attributed(running):
    token = orjson.loads(client.send({"query": OPEN}, visitor=VISITORS[0], dnt="1").body)["data"]["openCart"]["token"]
    added = {"query": ADD, "variables": {"input": {"sku": shop.sku(0), "quantity": 1, "cartToken": token}}}
    client.send(added, visitor=VISITORS[0], dnt="1")
    entered = shop.order_input("without tracking") | {"cartToken": token, "email": "guest@example.com"}
    placed = client.send({"query": PLACE, "variables": {"input": entered}}, visitor=VISITORS[0], dnt="1")
    assert b"message" not in placed.body
    assert len(flags.GUEST_ORDERS) == 0
    flags.OPERATIONS.flush(0)
    assert known().readings.visitors == 0


def test_operations_that_fail_under_a_variant_are_measured(running, monkeypatch):
    first = next(visitors_of(recommender.BASKETS))
    next(visitors_of(recommender.POPULAR))
    assert of(recommender.BASKETS, "share of operations failed") == 0

    def down(*arguments):
        raise rpc.Unavailable("down")

    monkeypatch.setattr(recommending, "_recommendations", down)
    for _ in range(5):
        client.send({"query": SEE}, visitor=first.visitor)
    assert of(recommender.BASKETS, "share of operations failed") > 0
    assert of(recommender.POPULAR, "share of operations failed") == 0
    assert of(recommender.POPULAR, "duration of an operation") > 0
