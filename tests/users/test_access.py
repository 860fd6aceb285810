"""Access: every method of the contract, called by a stranger, the owner, another customer, staff and a service."""

import pytest

from idl import common, users
from tests import acting
from tests.users import people
from thriftshop import call_context, rpc
from thriftshop.rpc import reflection

pytestmark = pytest.mark.django_db

YES = "allowed"
LOG_IN = common.Unauthenticated
NO = common.Forbidden
UNSEEN = common.NotFound
EMPTY = "sees nothing"

ACTORS = ("stranger", "owner", "other", "staff", "service")
# For each method its arguments and the result for each actor. `user` is the owner's id.
TABLE = {
    "sign_up": (lambda user: ("new@example.com", people.PASSWORD, "New"), (YES, YES, YES, YES, YES)),
    "verify_email": (lambda user: ("x",), (users.InvalidToken,) * 5),
    "resend_verification": (lambda user: (), (LOG_IN, YES, YES, YES, LOG_IN)),
    "verify_password": (lambda user: ("a@b.example", "x"), (users.WrongCredentials,) * 5),
    "authenticate_staff": (lambda user: ("a@b.example", "x", None), (*(NO,) * 4, users.WrongCredentials)),
    "get_staff": (lambda user: (user,), (*(NO,) * 4, UNSEEN)),
    "get_users": (lambda user: ([user],), (EMPTY, YES, EMPTY, YES, YES)),
    "find_verified": (lambda user: ([people.EMAIL],), (*(NO,) * 4, YES)),
    "update_profile": (lambda user: ("New name", None), (LOG_IN, YES, YES, YES, LOG_IN)),
    "put_address": (lambda user: (None, people.an_address(), None, False), (LOG_IN, YES, YES, YES, LOG_IN)),
    "remove_address": (lambda user: ("x",), (LOG_IN, UNSEEN, UNSEEN, UNSEEN, LOG_IN)),
    "change_password": (lambda user: ("x", "y"), (LOG_IN, *(users.WrongCredentials,) * 3, LOG_IN)),
    "request_password_reset": (lambda user: (people.EMAIL,), (YES, YES, YES, YES, YES)),
    "reset_password": (lambda user: ("x", "y"), (users.InvalidToken,) * 5),
    "deactivate": (lambda user: (user,), (LOG_IN, YES, UNSEEN, YES, LOG_IN)),
    "reactivate": (lambda user: (user,), (NO, NO, NO, YES, YES)),
    "export_data": (lambda user: (), (LOG_IN, YES, YES, YES, LOG_IN)),
    "erase": (lambda user: ("x",), (LOG_IN, *(users.WrongCredentials,) * 3, LOG_IN)),
    "erase_account": (lambda user: ("x",), (LOG_IN, *(users.WrongCredentials,) * 3, LOG_IN)),
    "add_staff": (lambda user: ("new@example.com", "New"), (NO, NO, NO, YES, YES)),
    "set_role": (lambda user: (user, common.Role.STAFF), (NO, NO, NO, YES, YES)),
    "import_users": (lambda user: ([],), (NO, NO, NO, NO, YES)),
}


def test_every_method_of_the_contract_is_in_the_table():
    assert set(TABLE) == set(reflection.methods(users.UsersService))


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("method", TABLE)
def test_each_actor_has_the_access_in_the_table(method, actor):
    arguments, expected = TABLE[method]
    owner, other = people.a_user(), people.a_user("other@example.com")
    staff = people.a_user("staff@example.com", is_staff=True)
    acts = {
        "stranger": acting.as_stranger,
        "owner": lambda: acting.as_customer(str(owner.pk)),
        "other": lambda: acting.as_customer(str(other.pk)),
        "staff": lambda: acting.as_staff("users", str(staff.pk)),
        "service": lambda: acting.as_service("orders"),
    }
    result = expected[ACTORS.index(actor)]
    from apps.users.service import Service

    with acts[actor]():
        # Calls the service directly: it checks viewers itself, without the list of callers.
        call = getattr(Service(), method)
        if isinstance(result, type):
            with pytest.raises(result):
                call(*arguments(str(owner.pk)))
        else:
            answer = call(*arguments(str(owner.pk)))
            assert (answer == []) == (result == EMPTY or method == "import_users")


def test_only_the_callers_listed_in_the_contract_have_access():
    for name, method in reflection.methods(users.UsersService).items():
        arguments = TABLE[name][0](acting.CUSTOMER)
        for caller in {"gateway", "sessions", "orders", "trade", "demo", "cart", "recommender", ""} - method.callers:
            with call_context.using(caller=caller), pytest.raises(rpc.NotAllowed):
                getattr(people.service(), name)(*arguments)
