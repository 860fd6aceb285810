"""Customers' own accounts are answered from memory: to the same session only, and never older than the events that arrived."""

import pytest

from apps.gateway import cache
from idl import users
from tests import acting
from tests.gateway import client, shop
from tests.gateway.following import stored
from thriftshop import rpc

pytestmark = pytest.mark.django_db

VIEWER = "{ viewer { id name email emailVerified settings { key value } addresses { label address { city } } } }"
ADDRESS = """mutation { putAddress(input: {isDefault: true, label: "Home", address: {name: "Ann", lines: ["1 Mill Lane"],
 city: "Bath", postcode: "BA1 1AA", country: "GB"}}) { __typename } }"""


def test_an_account_is_loaded_and_executed_once(ann, followed, executions):
    assert client.data(VIEWER, ann.token) == client.data(VIEWER, ann.token)
    assert executions == [VIEWER]


def test_nobody_receives_the_account_of_another_customer(ann, ben, followed):
    for _ in range(2):
        own = {person.email: client.data(VIEWER, person.token)["viewer"] for person in (ann, ben)}
        assert [viewer["email"] for viewer in own.values()] == list(own)
        assert client.data(VIEWER)["viewer"] is None


def test_two_sessions_of_a_customer_have_responses_of_their_own(ann, followed, executions):
    second = shop.logged_in(ann.email).token
    first_answer, second_answer = client.data(VIEWER, ann.token), client.data(VIEWER, second)
    assert first_answer == second_answer
    assert executions == [VIEWER, VIEWER]


def test_staff_read_their_account_each_time(sue, followed, executions):
    for _ in range(2):
        assert client.data(VIEWER, sue.token)["viewer"]["name"]
    assert executions == [VIEWER, VIEWER]
    assert stored() == 0


@pytest.mark.parametrize(
    "change",
    [
        'mutation { updateProfile(input: {name: "Annie"}) { __typename } }',
        'mutation { updateProfile(input: {settings: [{key: "newsletter", value: "true"}]}) { __typename } }',
        ADDRESS,
    ],
)
def test_a_change_of_the_viewer_is_visible_in_the_next_request(change, ann, followed):
    before = client.data(VIEWER, ann.token)
    assert next(iter(client.data(change, ann.token).values()))["__typename"].endswith("Success")
    assert client.data(VIEWER, ann.token) != before


def test_a_change_by_another_process_is_visible_with_its_event(ann, followed):
    before = client.data(VIEWER, ann.token)
    with acting.as_customer(ann.id):
        rpc.connect(users.UsersService).update_profile("Annie", None)
    followed.deliver()
    assert client.data(VIEWER, ann.token) != before


def test_an_erased_account_is_not_kept(ann, followed):
    client.data(VIEWER, ann.token)
    assert len(cache.ACCOUNTS) == 1
    erase = f'mutation {{ eraseAccount(input: {{password: "{shop.PASSWORD}"}}) {{ __typename }} }}'
    assert client.data(erase, ann.token)["eraseAccount"]["__typename"] == "EraseAccountSuccess"
    assert len(cache.ACCOUNTS) == 0
