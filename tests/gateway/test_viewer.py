"""The viewer of a request: the bearer token, its failures, and changes of the viewer within a request."""

import orjson
import pytest

from idl import sessions
from tests import acting
from tests.gateway import client, shop
from tests.users import people
from thriftshop import call_context, clock, identity, rpc
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db

WHO = "{ viewer { email } }"
HOUR = 3_600_000


@pytest.mark.parametrize(
    "header",
    [
        "Bearer nonsense",
        "Bearer ",
        "Bearer",
        "Basic YTpi",
        "bearer 🙂",
        "Bearer " + "x" * 10_000,
        "Token abc",
        "Bearer a b",
    ],
)
def test_an_invalid_session_token_is_refused_and_nothing_is_executed(stocked, header):
    response = client.send(
        {"query": 'mutation { openCart(input: {currency: "GBP"}) { __typename } }'}, authorization=header
    )
    assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
    answer = orjson.loads(response.body)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_request_without_a_token_is_anonymous(stocked):
    assert client.data(WHO) == {"viewer": None}


def test_with_a_token_one_is_oneself(ann):
    assert client.data(WHO, ann.token) == {"viewer": {"email": "ann@example.com"}}


def test_the_scheme_is_read_in_any_case(ann):
    response = client.send({"query": WHO}, authorization=f"bEaReR {ann.token}")
    assert orjson.loads(response.body)["data"] == {"viewer": {"email": "ann@example.com"}}


def test_an_expired_token_is_refused(ann, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 91 * 24 * HOUR)
    assert client.code(WHO, ann.token) == "UNAUTHENTICATED"


def test_a_revoked_token_is_refused_at_once(ann):
    other = shop.logged_in(ann.email)
    client.data("mutation { revokeOtherSessions { __typename } }", other.token)
    assert client.code(WHO, ann.token) == "UNAUTHENTICATED"
    assert client.data(WHO, other.token)["viewer"] == {"email": "ann@example.com"}


def test_after_a_login_the_rest_of_the_request_is_the_new_viewers(ann):
    answer = client.data(
        """mutation ($email: String!, $password: String!) {
          logIn(input: {email: $email, password: $password}) { ... on LogInSuccess { user { orders { totalCount } } } }
          addToCart(input: {sku: "TS-001", quantity: 2}) { ... on AddToCartSuccess { cart { itemCount } } }
          logOut { __typename }
          clearCart(input: {}) { __typename }
        }""",
        email=ann.email,
        password=shop.PASSWORD,
    )
    assert answer["logIn"]["user"]["orders"] == {"totalCount": 0}
    assert answer["addToCart"]["cart"] == {"itemCount": 2}
    assert answer["clearCart"]["__typename"] == "Unauthenticated"


def test_a_request_does_not_inherit_the_viewer_of_another(ann):
    assert client.data(WHO, ann.token)["viewer"]
    assert call_context.current().viewer == ""
    assert client.data(WHO) == {"viewer": None}


def test_services_receive_a_signed_viewer_token_and_the_gateway_as_the_caller(ann, monkeypatch):
    seen = []
    real = identity.viewer

    def noted():
        seen.append((call_context.current().caller, real() and real().id))
        return real()

    monkeypatch.setattr(identity, "viewer", noted)
    client.data("{ orders { totalCount } }", ann.token)
    assert ("gateway", ann.id) in seen


@pytest.fixture
def sessions_away(monkeypatch):
    """Sessions does not answer."""

    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("apps.sessions.service.Service.authenticate", broken)


EVERYBODYS = 'product(sku: "TS-001") { name stock { available } }'


@pytest.mark.parametrize(
    "own",
    [
        "viewer { email }",
        "cart { itemCount }",
        "orders { totalCount }",
        "sessions { totalCount }",
        "recommendations { nodes { sku } }",
        "dataExport",
        "stockTotals { skus }",
        "node(id: $order) { id }",
        "order(id: $order) { number }",
    ],
)
def test_public_data_is_available_without_sessions_and_personal_data_is_not(ann, own, sessions_away):
    order = global_ids.encode("Order", "of-somebody")
    unused = "" if "$order" in own else "and: node(id: $order) { id }"
    answer = client.ask(f"query ($order: ID!) {{ {EVERYBODYS} own: {own} {unused} }}", ann.token, order=order)
    assert answer["data"]["product"] == {"name": "Oak chair 1", "stock": {"available": 5}}
    assert answer["data"]["own"] is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"SERVICE_UNAVAILABLE"}
    assert ["own"] in [error["path"] for error in answer["errors"]]


def test_without_sessions_staff_get_unavailable_instead_of_forbidden(sue, sessions_away):
    answer = client.ask('{ product(sku: "TS-001") { name stockMovements { nodes { kind } } } }', sue.token)
    assert answer["data"] == {"product": {"name": "Oak chair 1", "stockMovements": None}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]


def test_without_sessions_mutations_with_a_token_are_refused_and_anonymous_ones_run(ann, sessions_away):
    opening = 'mutation { openCart(input: {currency: "GBP"}) { __typename } }'
    response = client.send({"query": opening}, ann.token)
    assert response.status == 503
    answer = orjson.loads(response.body)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert client.data(opening) == {"openCart": {"__typename": "OpenCartSuccess"}}
    assert client.data(WHO) == {"viewer": None}


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("", "Unknown device"),
        ("x" * 5_000, "x" * 80),
    ],
)
def test_a_login_that_names_no_device_is_named_after_the_browser(ann, agent, device):
    body = {"query": shop.LOG_IN, "variables": {"email": ann.email, "password": shop.PASSWORD}}
    login = orjson.loads(client.send(body, user_agent=agent).body)["data"]["logIn"]
    assert login["session"]["device"] == device


def test_a_guests_cart_is_merged_at_login_and_a_missing_one_is_ignored(ann):
    opened = client.data('mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }')[
        "openCart"
    ]["token"]
    add = 'mutation ($t: String) { addToCart(input: {sku: "TS-003", quantity: 2, cartToken: $t}) { __typename } }'
    assert client.data(add, t=opened)["addToCart"]["__typename"] == "AddToCartSuccess"
    variables = {"email": ann.email, "password": shop.PASSWORD}
    assert client.data(shop.LOG_IN, **variables, cartToken=opened)["logIn"]["cart"]["itemCount"] == 2
    assert client.data(shop.LOG_IN, **variables, cartToken="gone")["logIn"]["cart"]["itemCount"] == 2
    assert client.data(shop.LOG_IN, **variables)["logIn"]["cart"]["itemCount"] == 2


def test_a_login_succeeds_even_if_the_cart_is_unavailable(ann, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("apps.cart.service.Service.get_cart", broken)
    answer = client.ask(shop.LOG_IN, email=ann.email, password=shop.PASSWORD)
    assert answer["data"]["logIn"]["token"]
    assert answer["data"]["logIn"]["cart"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["logIn", "cart"], "INTERNAL")
    ]


def test_too_many_logins_are_refused_with_the_time_to_wait(ann, monkeypatch):
    people.stop_clock(monkeypatch)
    wrong = """mutation ($email: String!) { logIn(input: {email: $email, password: "wrong and wrong"}) {
      __typename ... on TooManyAttempts { retryAfterSeconds } ... on Refusal { message } } }"""
    kinds = [client.data(wrong, email=ann.email)["logIn"] for _ in range(15)]
    assert kinds[0]["__typename"] == "LoginFailed"
    assert kinds[-1]["__typename"] == "TooManyAttempts"
    assert kinds[-1]["retryAfterSeconds"] > 0


def test_a_session_that_another_opened_is_not_ones_own_to_end(ann, ben):
    with acting.as_customer(ben.id):
        theirs = rpc.connect(sessions.SessionsService).get_sessions()[0].id
    from thriftshop.graphql import global_ids

    ended = client.data(
        "mutation ($id: ID!) { revokeSession(input: {id: $id}) { __typename } }",
        ann.token,
        id=global_ids.encode("Session", theirs),
    )
    assert ended["revokeSession"]["__typename"] == "NotFound"
    assert client.data(WHO, ben.token)["viewer"] == {"email": ben.email}
