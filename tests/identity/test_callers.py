"""Which service calls: by its caller token or its identity in the mesh; and the headers of the call context."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from idl import common
from thriftshop import call_context, clock, identity
from thriftshop.rpc import errors, metadata

LINKERD = "serviceaccount.identity.linkerd.cluster.local"


def received(here, audience="catalog", **changes):
    """The call context that the service receives."""
    return metadata.from_headers(dict(metadata.to_headers(here, audience)) | changes, {audience})


def test_a_service_is_identified_by_its_caller_token():
    assert identity.verify_caller_token(identity.issue_caller_token("cart", "catalog"), {"catalog"}) == "cart"


def test_a_caller_token_is_valid_for_its_audience_only():
    with pytest.raises(identity.InvalidIdentityToken, match="for 'catalog', not for orders"):
        identity.verify_caller_token(identity.issue_caller_token("cart", "catalog"), {"orders"})


def test_a_viewer_token_is_not_a_caller_token(settings):
    settings.SERVICE_KEYS = settings.VIEWER_KEYS
    viewer = common.Viewer(id="cart", role=common.Role.STAFF)
    with pytest.raises(identity.InvalidIdentityToken):
        identity.verify_caller_token(identity.sign(viewer, "catalog"), {"catalog"})


def test_a_caller_token_expires_after_a_minute(settings, monkeypatch):
    settings.DEADLINE_FACTOR = 1
    token, now = identity.issue_caller_token("cart", "catalog"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 61_000)
    with pytest.raises(identity.InvalidIdentityToken, match="has expired"):
        identity.verify_caller_token(token, {"catalog"})


def test_service_keys_can_be_rotated(settings):
    old, new = "o" * 40, "n" * 40
    settings.SERVICE_KEYS = [old]
    token = identity.issue_caller_token("cart", "catalog")
    settings.SERVICE_KEYS = [new, old]
    assert identity.verify_caller_token(token, {"catalog"}) == "cart"
    settings.SERVICE_KEYS = [new]
    with pytest.raises(identity.InvalidIdentityToken):
        identity.verify_caller_token(token, {"catalog"})


@pytest.mark.parametrize(
    ("client_id", "caller"),
    [
        (f"cart.thriftshop.{LINKERD}", "cart"),
        (f"cart.elsewhere.{LINKERD}", ""),
        (f"prometheus.thriftshop.{LINKERD}", ""),
        ("cart.thriftshop", ""),
        ("cart", ""),
        ("", ""),
    ],
)
def test_the_mesh_identifies_services_of_its_own_namespace(client_id, caller):
    assert identity.mesh_caller(client_id) == caller


def test_in_a_mesh_its_identity_is_used_and_caller_tokens_are_ignored(settings):
    headers = {metadata.CALLER: identity.issue_caller_token("orders", "catalog")}
    settings.MESH = "linkerd"
    assert metadata.from_headers(headers, {"catalog"}).caller == ""
    mesh = headers | {metadata.MESH_CLIENT: f"cart.thriftshop.{LINKERD}"}
    assert metadata.from_headers(mesh, {"catalog"}).caller == "cart"


def test_without_a_mesh_its_header_is_ignored():
    headers = {metadata.MESH_CLIENT: f"cart.thriftshop.{LINKERD}"}
    assert metadata.from_headers(headers, {"catalog"}).caller == ""


def test_the_call_context_is_received():
    viewer = identity.sign(common.Viewer(id="u1", role=common.Role.CUSTOMER), "catalog")
    sent = call_context.CallContext(
        caller="cart",
        viewer=viewer,
        traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01",
        occurred_at=-5,
        causation="c" * 32,
        variant="button=green",
    )
    assert received(sent) == sent


def test_an_anonymous_viewer_stays_anonymous():
    assert received(call_context.EMPTY) == call_context.EMPTY


def test_a_received_deadline_is_not_later_than_the_sent_one(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(metadata, "time", SimpleNamespace(monotonic=lambda: now))
    arrived = received(call_context.CallContext(deadline=now + 10)).deadline
    assert now + 9 < arrived < now + 10  # some of it is kept for the way back
    assert received(call_context.CallContext(deadline=now - 1)).deadline == now


@given(st.sampled_from([metadata.DEADLINE, metadata.OCCURRED_AT]), st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_is_read_from_its_header(name, number):
    metadata.from_headers({name: str(number)}, {"catalog"})


@given(st.sampled_from([metadata.DEADLINE, metadata.OCCURRED_AT]), st.text(max_size=40))
def test_an_invalid_number_is_refused_naming_its_header(name, text):
    assume(not re.fullmatch(r"-?[0-9]{1,15}", text))
    with pytest.raises(errors.MalformedCall, match=name):
        metadata.from_headers({name: text}, {"catalog"})


def test_a_header_that_is_too_long_is_refused():
    with pytest.raises(errors.MalformedCall, match="300 characters"):
        metadata.from_headers({metadata.CAUSATION: "c" * 300}, {"catalog"})
