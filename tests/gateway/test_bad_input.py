"""Bad input of every kind is refused with a clear error, and changes nothing."""

import pytest

from apps.gateway.schema import SCHEMA
from idl import cart
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.event_store.models import Event
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db

LONG, EMOJI, NUL, INJECTION = "x" * 10_000, "🦙🧶", "a\x00b", "' OR 1=1 --"
NOBODY = "00000000-0000-4000-8000-000000000000"
IDS = {
    "of nothing": global_ids.encode("Order", NOBODY),
    "of another kind": global_ids.encode("Product", "TS-000"),
    "empty": "",
    "long": LONG,
    "an emoji": EMOJI,
    "with a zero byte": global_ids.encode("Order", NUL),
    "raw": NOBODY,
}
ADDRESS = {"name": "Ann", "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD", "country": "GB"}
UNSOLD = ("", "NOTHING", LONG, EMOJI, NUL, "DRAFT", "../x", INJECTION)
UNSET = (("shoe", "44"), ("currency", "XYZ"), ("language", LONG), (LONG, "x"), ("newsletter", "maybe"), ("", ""))
STRANGERS = (("ann@example.com", "wrong"), ("nobody@b.com", "x"), (LONG, LONG), (EMOJI, ""), ("", ""), (NUL, NUL))
NO_ADDRESSES: list[dict[str, object]] = [
    {"country": "XX"},
    {"country": ""},
    {"name": ""},
    {"lines": []},
    {"lines": ["x"] * 9},
    {"city": LONG},
    {"postcode": LONG},
]
ADDRESS_OF_NOBODY = global_ids.encode("UserAddress", NOBODY)
GOOD_PASSWORD = "seven grey umbrellas"


def item(**changes):
    return {"sku": "TS-001", "quantity": 1, **changes}


def order(**changes):
    return shop.order_input("a bad order", **changes)


# The mutation, its input, and how it is refused: the kind of the refusal, or the code of an error.
EVENT = {
    "id": "event-000001",
    "kind": "pageViewed",
    "occurredAt": "2026-01-01T00:00:00Z",
    "properties": '{"path": "/"}',
}


def tracked(**changes):
    batch = {"visitorId": "visitor-0000000001", "sessionId": "session-0000000001", "consent": "ANALYTICS"}
    return {**batch, "sentAt": "2026-01-01T00:00:00Z", "events": [EVENT], **changes}


WRONG = [
    *(("addToCart", item(quantity=quantity), "InvalidInput") for quantity in (0, -1, 1_000, 2**31 - 1)),
    *(("addToCart", item(quantity=quantity), "BAD_USER_INPUT") for quantity in (2**31, -(2**40), 1.5, "1", None, [1, 2])),
    *(("addToCart", item(sku=sku), "NotFound|InvalidInput") for sku in UNSOLD),
    *(("addToCart", item(cartToken=token), "NotFound") for token in ("", "made up", LONG, EMOJI, NUL)),
    ("addToCart", item(key=LONG), "InvalidInput"),
    ("addItemsToCart", {"items": []}, "InvalidInput"),
    ("addItemsToCart", {"items": [item(sku=f"TS-{n}") for n in range(101)]}, "InvalidInput"),
    ("addItemsToCart", {"items": [item(), item(quantity=-5)]}, "InvalidInput"),
    *(("setCartQuantity", item(quantity=quantity), "InvalidInput") for quantity in (-1, 1_000, 2**31 - 1)),
    *(("openCart", {"currency": currency}, "InvalidInput") for currency in ("", "XYZ", "gbpp", LONG, EMOJI, NUL)),
    *(("setCartCurrency", {"currency": currency}, "InvalidInput") for currency in ("", "XYZ", "JPY", LONG, EMOJI, NUL)),
    ("setCartCurrency", {"currency": "EUR", "cartToken": "made up"}, "NotFound"),
    *(("mergeCart", {"cartToken": token}, "NotFound") for token in ("", "made up", LONG, EMOJI)),
    *(("cancelOrder", {"id": id_, "reason": "Changed my mind."}, "NotFound") for id_ in IDS.values()),
    *(("reorder", {"id": id_}, "NotFound") for id_ in IDS.values()),
    *(
        ("returnOrder", {"key": "a return", "id": id_, "lines": [{"number": 1, "quantity": 1}], "reason": "Broken."}, "NotFound")
        for id_ in IDS.values()
    ),
    *(
        ("requestGuestAccess", {"number": "TS-AAAAAAAA", "email": email}, "InvalidInput")
        for email in ("", "eve", "a..b@example.com", "eve@exam\u200bple.com", LONG, EMOJI, NUL)
    ),
    *(("cancelOrder", {"id": NOBODY, "reason": "x", "guest": {"linkToken": bad}}, "NotFound") for bad in (LONG, EMOJI, NUL, "")),
    ("placeOrder", order(idempotencyKey=""), "InvalidInput"),
    ("placeOrder", order(idempotencyKey="short"), "InvalidInput"),
    ("placeOrder", order(idempotencyKey=LONG), "InvalidInput"),
    ("placeOrder", order(payment={"provider": "pebbles"}), "InvalidInput"),
    ("placeOrder", order(payment={"provider": LONG}), "InvalidInput"),
    ("placeOrder", order(payment={"provider": "card", "token": LONG}), "InvalidInput"),
    ("placeOrder", order(cartToken="made up"), "NotFound"),
    ("placeOrder", order(shippingAddress={**ADDRESS, "country": "Narnia"}), "InvalidInput"),
    ("placeOrder", order(shippingAddress={**ADDRESS, "lines": []}), "InvalidInput"),
    ("placeOrder", order(shippingAddress={**ADDRESS, "name": LONG}), "InvalidInput"),
    ("placeOrder", order(email="no address"), "InvalidInput"),
    ("placeOrder", order(email=LONG), "InvalidInput"),
    ("placeOrder", order(expectedTotal={"amount": 1, "currency": "GBP"}), "TotalChanged"),
    ("placeOrder", order(expectedTotal={"amount": -1, "currency": "GBP"}), "TotalChanged|InvalidInput"),
    ("placeOrder", order(expectedTotal={"amount": 1001, "currency": "USD"}), "TotalChanged|InvalidInput"),
    ("placeOrder", order(expectedTotal={"amount": 2**53, "currency": "GBP"}), "BAD_USER_INPUT"),
    ("placeOrder", order(lines=[{"sku": "TS-000", "quantity": 1}]), "BAD_USER_INPUT"),
    ("placeOrder", order(customerId="x"), "BAD_USER_INPUT"),
    *(
        ("signUp", {"email": email, "password": GOOD_PASSWORD, "name": "Eve"}, "InvalidInput")
        for email in ("", "eve", "eve@", "@b.com", LONG, EMOJI, f"{EMOJI}@example.com", "eve@b.com\nBcc: all@b.com", NUL)
    ),
    *(
        ("signUp", {"email": "eve@example.com", "password": password, "name": "Eve"}, "WeakPassword|InvalidInput")
        for password in ("", "short", "password", "12345678", LONG)
    ),
    *(("signUp", {"email": "eve@example.com", "password": GOOD_PASSWORD, "name": name}, "InvalidInput") for name in (LONG, NUL)),
    *(("verifyEmail", {"token": token}, "InvalidToken") for token in ("", "made up", LONG, EMOJI, NUL)),
    *(("resetPassword", {"token": bad, "newPassword": GOOD_PASSWORD}, "InvalidToken") for bad in ("", "made up", LONG, EMOJI)),
    *(("requestPasswordReset", {"email": email}, "InvalidInput") for email in ("", "eve", LONG, EMOJI)),
    *(
        ("updateProfile", {"settings": [{"key": key, "value": value}]}, "InvalidInput")
        for key, value in UNSET
    ),
    ("updateProfile", {"name": LONG}, "InvalidInput"),
    *(("putAddress", {"address": {**ADDRESS, **wrong}}, "InvalidInput") for wrong in NO_ADDRESSES),
    ("putAddress", {"address": ADDRESS, "label": LONG}, "InvalidInput"),
    *(("putAddress", {"id": id_, "address": ADDRESS}, "NotFound") for id_ in ("of us", LONG, ADDRESS_OF_NOBODY)),
    *(("removeAddress", {"id": id_}, "NotFound") for id_ in IDS.values()),
    *(("revokeSession", {"id": id_}, "NotFound") for id_ in IDS.values()),
    ("changePassword", {"oldPassword": "not it at all", "newPassword": GOOD_PASSWORD}, "WrongCredentials"),
    ("changePassword", {"oldPassword": shop.PASSWORD, "newPassword": "short"}, "WeakPassword"),
    ("changePassword", {"oldPassword": LONG, "newPassword": GOOD_PASSWORD}, "WrongCredentials"),
    ("eraseAccount", {"password": "not it at all"}, "WrongCredentials"),
    ("eraseAccount", {"password": LONG}, "WrongCredentials"),
    *(
        ("logIn", {"email": email, "password": password}, "LoginFailed")
        for email, password in STRANGERS
    ),
    *(("track", tracked(visitorId=id_), "InvalidInput") for id_ in ("", "too short", LONG)),
    *(("track", tracked(sessionId=id_), "InvalidInput") for id_ in ("", "too short", LONG)),
    ("track", tracked(events=[EVENT] * 51), "InvalidInput"),
    ("track", tracked(cartId="made up"), "InvalidInput"),
    *(("track", tracked(consent=consent), "BAD_USER_INPUT") for consent in ("ALL", None, 1)),
    ("track", tracked(sentAt="yesterday"), "BAD_USER_INPUT"),
]  # fmt: skip


@pytest.fixture
def filled(ann):
    """Ann, with a chair in her cart."""
    with acting.as_customer(ann.id):
        rpc.connect(cart.CartService).add_item(cart.CartRef(), cart.CartItem(sku="TS-001", quantity=1), None)
    return ann


def outcome(answer):
    if answer.get("errors"):
        return answer["errors"][0]["extensions"]["code"], answer["errors"][0]["message"]
    (found,) = answer["data"].values()
    return found["__typename"], found.get("message", "")


def test_every_invalid_input_is_refused_and_changes_nothing(filled):
    """One shop for all cases, because none of them changes anything."""
    before = Event.objects.count()
    failures = []
    for name, given, expected in WRONG:
        kind = f"{name[0].upper()}{name[1:]}"
        document = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {shop.REFUSAL} }} }}"
        met, message = outcome(client.ask(document, filled.token, input=given))
        if met not in expected.split("|") or not message or len(message) > 600 or Event.objects.count() != before:
            failures.append((name, str(given)[:120], expected, met, message[:120], Event.objects.count() - before))
            before = Event.objects.count()
    assert failures == []


def test_every_mutation_with_an_input_has_invalid_inputs_in_the_table():
    with_input = {name for name, field in SCHEMA.mutation_type.fields.items() if field.args}
    harmless = {"removeFromCart", "clearCart"}
    assert {name for name, _, _ in WRONG} | harmless == with_input


QUOTED = '"x"'
READS = [
    ("products(filter: {categoryIds: [\"made up\"]}) { totalCount }", "NOT_FOUND"),
    ('products(filter: {priceMin: {amount: -5, currency: "GBP"}}) { totalCount }', "INVALID_INPUT"),
    ('products(filter: {priceMin: {amount: 5, currency: "XYZ"}}) { totalCount }', "INVALID_INPUT"),
    ('product(sku: "TS-000") { regularPrice(currency: "XYZ") { amount } }', "INVALID_INPUT"),
    ('product(sku: "TS-000") { price(currency: "XYZ") { amount } }', "INVALID_INPUT"),
    ('products(after: "made up") { totalCount }', "INVALID_INPUT"),
    ('products(after: "WyJ4IiwgMF0") { totalCount }', "INVALID_INPUT"),
    ("products(filter: {statuses: [SOLD]}) { totalCount }", "GRAPHQL_VALIDATION_FAILED"),
    ("products(sort: BEST) { totalCount }", "GRAPHQL_VALIDATION_FAILED"),
    ("product { name }", "INVALID_INPUT"),
    ('product(sku: "a", slug: "b") { name }', "INVALID_INPUT"),
    ('popular(categoryId: "made up") { totalCount }', "NOT_FOUND"),
    ('orders(filter: {customerId: "made up"}) { totalCount }', "NOT_FOUND"),
    ('orders(filter: {placedFrom: "yesterday"}) { totalCount }', "GRAPHQL_VALIDATION_FAILED"),
    ("orders(first: 0) { totalCount }", "LIMIT_PAGE_SIZE"),
    (f"nodes(ids: [{' '.join([QUOTED] * 101)}]) {{ id }}", "LIMIT_PAGE_SIZE"),
    ('node(id: null) { id }', "GRAPHQL_VALIDATION_FAILED"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), READS, ids=[text[:60] for text, _ in READS])
def test_an_invalid_query_is_refused_with_its_code(ann, text, code):
    assert client.code(f"{{ {text} }}", ann.token) == code


UNKNOWN = ["", "NOTHING", LONG, EMOJI, NUL, INJECTION, "T3JkZXI6", *IDS.values()]


def test_unknown_objects_are_null_in_every_query(ann):
    for unknown in UNKNOWN:
        found = client.data(
            """query ($id: ID!, $text: String!) {
              product(sku: $text) { name } bySlug: product(slug: $text) { name } category(slug: $text) { name }
              order(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id }
              guestOrder(number: $text, cartToken: $text) { id } guestOrderByLink(token: $text) { id }
              cart(token: $text) { id }
            }""",
            ann.token,
            id="made up" if unknown == IDS["of another kind"] else unknown,
            text=unknown,
        )
        assert found.pop("nodes") == [None]
        assert set(found.values()) == {None}, unknown


def test_invalid_fields_have_graphql_names(ann):
    """Not as the contracts behind it do: a form finds its own field by that name."""
    for text, field in (
        ('products(filter: {priceMin: {amount: -5, currency: "GBP"}}) { totalCount }', "filter.priceMin.amount"),
        ('products(after: "WyJ4IiwgMF0") { totalCount }', "after"),
    ):
        (error,) = client.ask(f"{{ {text} }}", ann.token)["errors"]
        assert error["extensions"] == {"code": "INVALID_INPUT", "field": field}
    place = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on InvalidInput { field } } }"
    wrong = order(shippingAddress={**ADDRESS, "country": "Narnia"})
    assert client.data(place, ann.token, input=wrong)["placeOrder"] == {"field": "shippingAddress.country"}
