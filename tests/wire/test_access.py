"""Access lists over HTTP: every method, called by every service, by unidentified callers and with forged tokens."""

import logging

import pytest
from django.conf import settings

from idl import common
from thriftshop import call_context, identity
from thriftshop.rpc import hosting, messages, metadata
from thriftshop.rpc.http import server

ALL = [*settings.ALL_CONTEXTS, *settings.ALL_DRIVERS]
METHODS = {
    f"{service}.{name}": (contract, method)
    for service, known in hosting.methods(tuple(settings.ALL_CONTEXTS)).items()
    for name, (contract, method) in known.items()
}
TODAYS = sorted(name for name, (_, method) in METHODS.items() if not method.legacy)
LEGACY = sorted(set(METHODS) - set(TODAYS))
# Invalid arguments: a call that is allowed is refused with 400 and does nothing.
NO_ARGUMENTS = b"\x0f\x7f\x00\x0c\xff\xff\xff\xff"
LET_IN = 400

pytestmark = pytest.mark.django_db


def ask(name, headers):
    """The status of a call of a method whose arguments cannot be read."""
    _, method = METHODS[name]
    message = messages.BINARY.write_head(messages.Head(messages.CALL, method.name, 1)) + NO_ARGUMENTS
    return server.answer(f"/thrift/{method.service}/{method.name}", dict(headers), message)


def as_caller(name, caller):
    """The headers with which a service calls a method."""
    here = call_context.CallContext(caller=caller)
    return metadata.to_headers(here, METHODS[name][1].context)


def may_call(name, caller):
    """The callers in the contract's annotation."""
    contract, method = METHODS[name]
    listed = contract.__thrift_function_annotations__[method.name]["callers"].split()
    return caller in listed or "any" in listed or caller == method.context


@pytest.mark.parametrize("name", TODAYS)
def test_only_the_callers_that_a_contract_lists_may_call_a_method(name):
    statuses = {caller: ask(name, as_caller(name, caller)).status for caller in ALL}
    assert statuses == {caller: LET_IN if may_call(name, caller) else 403 for caller in ALL}


@pytest.mark.parametrize("name", TODAYS)
def test_an_unidentified_caller_may_call_nothing(name):
    response = ask(name, {})
    assert (response.status, dict(response.headers)[b"thriftshop-code"]) == (403, b"CALLER_NOT_ALLOWED")


@pytest.mark.parametrize("name", LEGACY)
def test_a_client_of_2018_calls_its_contract_unless_that_is_closed(name, settings):
    assert ask(name, {}).status == LET_IN
    settings.LEGACY_OPEN = False
    assert ask(name, {}).status == 403


def test_a_forbidden_call_is_logged_with_its_caller_and_method(caplog):
    with caplog.at_level(logging.WARNING, logger="thriftshop.rpc"):
        ask("OrdersService.place", as_caller("OrdersService.place", "recommender"))
    (logged,) = [record for record in caplog.records if record.getMessage() == "call refused"]
    assert (logged.method, logged.caller) == ("OrdersService.place", "recommender")


@pytest.mark.parametrize(
    "headers",
    [
        {metadata.CALLER: "gateway"},
        {metadata.CALLER: identity.issue_caller_token("gateway", "cart")},
        {metadata.CALLER: identity.issue_caller_token("gateway", "orders")[:-2] + "xx"},
    ],
    ids=["an unsigned name", "a token for another service", "a forged token"],
)
def test_an_invalid_caller_token_is_refused_and_logged(headers, caplog):
    with caplog.at_level(logging.WARNING, logger="thriftshop.rpc"):
        response = ask("OrdersService.place", headers)
    assert (response.status, dict(response.headers)[b"thriftshop-code"]) == (401, b"UNAUTHENTICATED")
    (logged,) = [record for record in caplog.records if record.getMessage() == "identity token refused"]
    assert logged.method == "OrdersService.place"
    assert "Invalid caller token" in logged.problem


def test_a_viewer_token_for_another_service_is_refused():
    viewer = common.Viewer(id="u1", role=common.Role.STAFF)
    headers = dict(as_caller("OrdersService.place", "gateway"))
    for viewer_token in (identity.sign(viewer, "cart"), identity.sign(viewer), "nonsense"):
        assert ask("OrdersService.place", headers | {metadata.VIEWER: viewer_token}).status == 401
    assert ask("OrdersService.place", headers | {metadata.VIEWER: identity.sign(viewer, "orders")}).status == LET_IN
