"""The rules of a route while two versions serve."""

import copy
import re
import secrets
import uuid

import pytest

from tests.kubernetes import rendering
from thriftshop.kubernetes.canary import routes, states

SAMPLE = 20_000
INSIDE = [
    {"backendRefs": [{"name": "orders", "port": 80, "weight": 100}, {"name": "orders-canary", "port": 80, "weight": 0}]}
]
OUTSIDE = [
    {"matches": [{"path": {"type": "PathPrefix", "value": "/thrift"}}]},
    {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": [{"name": "gateway", "port": 80}, {"name": "gateway-canary", "port": 80, "weight": 0}],
    },
]


def backend(rules, headers):
    """The only backend that a visitor with these headers gets; None if the weights decide."""
    for rule in rules:
        for match in rule.get("matches", ()):
            wanted = match.get("headers", ())
            if wanted and all(re.fullmatch(item["value"], headers.get(item["name"], "")) for item in wanted):
                (only,) = rule["backendRefs"]
                return only["name"]
    return None


@pytest.mark.parametrize("weight", [0, *states.STEPS])
def test_calls_are_divided_by_weight(weight):
    rules = routes.weighted(copy.deepcopy(INSIDE), "orders", weight)
    assert [item["weight"] for item in rules[0]["backendRefs"]] == [100 - weight, weight]
    assert routes.weight_of(rules, "orders") == weight
    assert len(rules) == 1


@pytest.mark.parametrize(
    "new_id", [lambda: str(uuid.uuid4()), lambda: secrets.token_urlsafe(16), lambda: secrets.token_hex(16)]
)
@pytest.mark.parametrize("weight", states.STEPS)
def test_a_share_of_the_visitors_belongs_to_the_canary(weight, new_id):
    pattern = re.compile(f".*{routes.pattern_of(round(routes.BUCKETS * weight / 100))}.")
    share = sum(bool(pattern.fullmatch(new_id())) for _ in range(SAMPLE)) / SAMPLE
    # 1 % is three of 256 buckets; five standard deviations.
    assert share == pytest.approx(round(256 * weight / 100) / 256, abs=5 * (weight / 100 / SAMPLE) ** 0.5)


def test_a_visitor_of_the_canary_stays_with_it_at_every_later_step():
    visitors = [str(uuid.uuid4()) for _ in range(2_000)]
    before = set()
    for weight in states.STEPS:
        rules = routes.weighted(copy.deepcopy(OUTSIDE), "gateway", weight)
        now = {visitor for visitor in visitors if backend(rules, {"visitor": visitor}) == "gateway-canary"}
        assert before <= now
        before = now
    assert len(before) > 800


def test_a_visitor_has_the_same_version_by_header_and_by_cookie_wherever_it_stands():
    rules = routes.weighted(copy.deepcopy(OUTSIDE), "gateway", 25)
    for _ in range(200):
        visitor = str(uuid.uuid4())
        expected = backend(rules, {"visitor": visitor})
        assert expected in ("gateway", "gateway-canary")
        for cookie in (
            f"visitor={visitor}",
            f"a=b; visitor={visitor}",
            f"visitor={visitor}; a=b",
            f"a=b;visitor={visitor};c=d",
        ):
            assert backend(rules, {"Cookie": cookie}) == expected


@pytest.mark.parametrize(
    "headers", [{}, {"Cookie": "session=1"}, {"Cookie": "visitor=short"}, {"Cookie": f"my-visitor={'a' * 20}"}]
)
def test_without_an_id_the_weights_decide(headers):
    assert backend(routes.weighted(copy.deepcopy(OUTSIDE), "gateway", 25), headers) is None


def test_a_change_of_the_weight_is_complete_and_the_end_leaves_what_was_there():
    first = routes.weighted(copy.deepcopy(OUTSIDE), "gateway", 5)
    assert routes.weighted(copy.deepcopy(first), "gateway", 50) == routes.weighted(
        copy.deepcopy(OUTSIDE), "gateway", 50
    )
    ended = routes.weighted(copy.deepcopy(first), "gateway", 0)
    assert [rule.get("matches") for rule in ended] == [rule.get("matches") for rule in OUTSIDE]
    assert routes.weight_of(ended, "gateway") == 0
    assert ended[0] == OUTSIDE[0]


def test_the_rules_are_within_the_limits_of_a_route():
    rules = routes.weighted(copy.deepcopy(OUTSIDE), "gateway", 50)
    assert len(rules) <= 16
    for rule in rules:
        assert len(rule.get("matches", ())) <= 64
        for match in rule.get("matches", ()):
            assert all(len(header["value"]) <= 4096 for header in match.get("headers", ()))


def test_routes_of_the_mesh_s_policies_divide_nothing():
    found = rendering.of_kind(rendering.overlay("production"), "HTTPRoute")
    assert found
    assert not any(routes.divides(item, "orders") for item in found)
