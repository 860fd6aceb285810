"""Access: every method of the contract, called by a stranger, the owner, another customer, staff and a service."""

import pytest

from idl import common, sessions
from tests import acting
from tests.sessions import logins
from tests.users import people
from thriftshop import call_context, rpc
from thriftshop.rpc import reflection

pytestmark = pytest.mark.django_db

YES = "allowed"
EMPTY = "sees nothing"
LOG_IN = common.Unauthenticated
UNSEEN = common.NotFound

ACTORS = ("stranger", "owner", "other", "staff", "service")
# For each method: what it is called with, given the owner's login, and what each of the actors gets.
TABLE = {
    "log_in": (lambda login: (people.EMAIL, "wrong", "device", None), (sessions.LoginFailed,) * 5),
    "authenticate": (lambda login: (login.token,), (YES,) * 5),
    "get_sessions": (lambda login: (), (LOG_IN, YES, EMPTY, EMPTY, LOG_IN)),
    "revoke": (lambda login: (login.session.id,), (LOG_IN, YES, UNSEEN, YES, LOG_IN)),
    "revoke_others": (lambda login: (), (LOG_IN, YES, YES, YES, LOG_IN)),
    "log_out": (lambda login: (login.token,), (YES,) * 5),
    "count_attempt": (lambda login: ("a", None), (YES,) * 5),
    "forgive_attempts": (lambda login: ("a", None), (YES,) * 5),
}


def test_every_method_of_the_contract_is_in_the_table():
    assert set(TABLE) == set(reflection.methods(sessions.SessionsService))


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("method", TABLE)
def test_each_actor_has_the_access_in_the_table(method, actor, user):
    from apps.sessions.service import Service

    arguments, expected = TABLE[method]
    login = logins.log_in()
    acts = {
        "stranger": acting.as_stranger,
        "owner": lambda: logins.as_bearer(login),
        "other": lambda: acting.as_customer(acting.OTHER),
        "staff": acting.as_staff,
        "service": lambda: acting.as_service("users"),
    }
    result = expected[ACTORS.index(actor)]
    with acts[actor]():
        # Straight at the service: what it refuses by itself, even where the list of callers would let somebody in.
        call = getattr(Service(), method)
        if isinstance(result, type):
            with pytest.raises(result):
                call(*arguments(login))
        else:
            assert (call(*arguments(login)) == []) == (result == EMPTY)


def test_only_the_callers_listed_in_the_contract_have_access():
    login = sessions.Login(token="x", session=sessions.Session(id=acting.OTHER))
    for name, method in reflection.methods(sessions.SessionsService).items():
        for caller in {"gateway", "users", "orders", "trade", "demo", ""} - method.callers:
            with call_context.using(caller=caller), pytest.raises(rpc.NotAllowed):
                getattr(logins.service(), name)(*TABLE[name][0](login))
