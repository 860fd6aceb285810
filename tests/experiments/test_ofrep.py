"""OFREP: the public flags for any OpenFeature SDK; what is refused, and what clients may keep."""

import json

import pytest
from django.test import Client

from apps.experiments.models import Exposure
from apps.gateway import flags
from idl import experiments
from tests.experiments import steps
from thriftshop.graphql import rates

pytestmark = pytest.mark.django_db
URL = "/ofrep/v1/evaluate/flags"
VISITOR = "visitor-000000000001"
CONTEXT = {"targetingKey": VISITOR}


def post(path="", context=CONTEXT, **headers):
    body = context if isinstance(context, bytes) else json.dumps({"context": context}).encode()
    return Client().post(URL + path, body, content_type="application/json", headers=headers)


def exposed():
    flags.EXPOSURES.flush()
    steps.project_all()
    return list(Exposure.objects.values_list("flag", "unit"))


def test_one_flag_is_evaluated_and_its_use_is_an_exposure(following):
    following.start(weights={"blue": 0, "green": 1})
    response = post("/button")
    assert response.status_code == 200
    assert response.json() == {
        "key": "button",
        "value": "green",
        "reason": "SPLIT",
        "variant": "green",
        "metadata": {"version": 2, "counted": True},
    }
    assert exposed() == [("button", VISITOR)]


def test_all_public_flags_are_evaluated_without_exposures(following):
    following.start()
    following.start("number", variants=steps.variants({"blue": 1}, {"blue": "3"}))
    following.start("private", is_public=False)
    found = post().json()["flags"]
    assert [(flag["key"], flag["reason"]) for flag in found] == [("button", "SPLIT"), ("number", "SPLIT")]
    assert found[1]["value"] == 3
    assert exposed() == []


def test_a_client_that_has_the_result_gets_304_until_a_flag_changes(following):
    following.start()
    first = post()
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = post(**{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    following.do("stop_flag", "button", "Too many errors.")
    changed = post(**{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["flags"][0]["reason"] == "DISABLED"


@pytest.mark.parametrize(
    ("context", "code"),
    [
        (b"{", "PARSE_ERROR"),
        (b"[]", "TARGETING_KEY_MISSING"),
        (b"{}", "TARGETING_KEY_MISSING"),
        ([], "INVALID_CONTEXT"),
        ("text", "INVALID_CONTEXT"),
        ({}, "TARGETING_KEY_MISSING"),
        ({"targetingKey": ""}, "TARGETING_KEY_MISSING"),
        ({"targetingKey": 5}, "INVALID_CONTEXT"),
        ({"targetingKey": "ann@shop.example"}, "INVALID_CONTEXT"),
        ({"targetingKey": VISITOR, "more": "x" * 20_000}, "INVALID_CONTEXT"),
    ],
)
def test_an_invalid_context_is_refused(following, context, code):
    following.start()
    for path in ("", "/button"):
        response = post(path, context)
        assert response.status_code == 400
        assert response.json()["errorCode"] == code
        assert response.json()["errorDetails"]
    assert exposed() == []


@pytest.mark.parametrize("key", ["nothing", "private", "a b", "x" * 200])
def test_an_unknown_or_private_flag_is_not_found(following, key):
    following.start("private", is_public=False)
    response = post(f"/{key}")
    assert (response.status_code, response.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")


def test_only_post_is_allowed(following):
    assert Client().get(URL).status_code == 405


def test_attributes_decide_about_the_audience(following):
    following.start(audience=experiments.Audience(segments=["loyal"], countries=["GB"]))
    assert post("/button").json()["reason"] == "DEFAULT"
    assert post("/button", CONTEXT | {"segment": "loyal", "country": "GB"}).json()["reason"] == "SPLIT"
    assert post("/button", CONTEXT | {"segment": ["loyal"], "country": 5}).json()["reason"] == "DEFAULT"


def test_a_change_of_weights_keeps_what_was_seen_and_applies_to_newcomers(following):
    following.start(weights={"blue": 1, "green": 0})
    assert post("/button").json()["value"] == "blue"
    following.do("set_weights", "button", {"blue": 0, "green": 1}, "Green is better.")
    assert post("/button").json()["value"] == "blue"
    newcomer = post("/button", {"targetingKey": "visitor-000000000002"}).json()
    assert (newcomer["value"], newcomer["reason"]) == ("green", "SPLIT")


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_objects_to_tracking_gets_the_default(following, header):
    following.start(weights={"blue": 0, "green": 1})
    assert post("/button", **{header: "1"}).json()["value"] == "blue"
    assert exposed() == []


def test_an_address_that_sends_too_much_is_limited(following, settings, monkeypatch):
    monkeypatch.setattr(rates, "buckets", rates.Buckets())
    settings.GRAPHQL_RATE_ADDRESS = 3
    following.start()
    responses = [post("/button") for _ in range(5)]
    assert {response.status_code for response in responses[:3]} == {200}
    limited = responses[-1]
    assert (limited.status_code, limited.json()["errorCode"]) == (429, "GENERAL")
    assert int(limited.headers["Retry-After"]) > 0
