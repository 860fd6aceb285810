"""Which service calls: by its own signed statement, or by the mesh's word; and how that travels as headers."""

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


def test_a_service_is_known_by_its_own_statement():
    assert identity.read_caller(identity.state_caller("cart", "catalog"), {"catalog"}) == "cart"


def test_a_statement_to_one_service_opens_no_other():
    with pytest.raises(identity.InvalidStatement, match="'catalog', not to orders"):
        identity.read_caller(identity.state_caller("cart", "catalog"), {"orders"})


def test_a_viewers_statement_is_not_a_callers(settings):
    settings.SERVICE_KEYS = settings.VIEWER_KEYS
    viewer = common.Viewer(id="cart", role=common.Role.STAFF)
    with pytest.raises(identity.InvalidStatement):
        identity.read_caller(identity.sign(viewer, "catalog"), {"catalog"})


def test_a_callers_statement_ends_after_its_minute(settings, monkeypatch):
    settings.DEADLINE_FACTOR = 1
    token, now = identity.state_caller("cart", "catalog"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 61_000)
    with pytest.raises(identity.InvalidStatement, match="too long ago"):
        identity.read_caller(token, {"catalog"})


def test_service_keys_can_be_rotated_without_a_gap(settings):
    old, new = "o" * 40, "n" * 40
    settings.SERVICE_KEYS = [old]
    token = identity.state_caller("cart", "catalog")
    settings.SERVICE_KEYS = [new, old]
    assert identity.read_caller(token, {"catalog"}) == "cart"
    settings.SERVICE_KEYS = [new]
    with pytest.raises(identity.InvalidStatement):
        identity.read_caller(token, {"catalog"})


@pytest.mark.parametrize(
    ("client_id", "caller"),
    [
        (f"cart.thriftshop.{LINKERD}", "cart"),
        (f"cart.elsewhere.{LINKERD}", ""),
        ("cart.thriftshop", ""),
        ("cart", ""),
        ("", ""),
    ],
)
def test_the_mesh_names_the_services_of_its_own_namespace(client_id, caller):
    assert identity.mesh_caller(client_id) == caller


def test_in_a_mesh_its_word_counts_and_a_callers_own_does_not(settings):
    headers = {metadata.CALLER: identity.state_caller("orders", "catalog")}
    settings.MESH = "linkerd"
    assert metadata.from_headers(headers, {"catalog"}).caller == ""
    mesh = headers | {metadata.MESH_CLIENT: f"cart.thriftshop.{LINKERD}"}
    assert metadata.from_headers(mesh, {"catalog"}).caller == "cart"


def test_without_a_mesh_nobody_is_whom_the_meshs_header_says():
    headers = {metadata.MESH_CLIENT: f"cart.thriftshop.{LINKERD}"}
    assert metadata.from_headers(headers, {"catalog"}).caller == ""


def test_what_is_known_of_a_call_arrives():
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


def test_a_stranger_arrives_as_a_stranger():
    assert received(call_context.EMPTY) == call_context.EMPTY


def test_a_deadline_arrives_no_longer_than_it_was_sent(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(metadata, "time", SimpleNamespace(monotonic=lambda: now))
    arrived = received(call_context.CallContext(deadline=now + 10)).deadline
    assert now + 9 < arrived < now + 10  # some of it is kept for the way back
    assert received(call_context.CallContext(deadline=now - 1)).deadline == now


@given(st.sampled_from([metadata.DEADLINE, metadata.OCCURRED_AT]), st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_is_read_from_its_header(name, number):
    metadata.from_headers({name: str(number)}, {"catalog"})


@given(st.sampled_from([metadata.DEADLINE, metadata.OCCURRED_AT]), st.text(max_size=40))
def test_a_number_that_is_none_is_refused_by_the_name_of_its_header(name, text):
    assume(not re.fullmatch(r"-?[0-9]{1,15}", text))
    with pytest.raises(errors.MalformedCall, match=name):
        metadata.from_headers({name: text}, {"catalog"})


def test_a_header_that_is_too_long_is_refused():
    with pytest.raises(errors.MalformedCall, match="300 characters"):
        metadata.from_headers({metadata.CAUSATION: "c" * 300}, {"catalog"})
