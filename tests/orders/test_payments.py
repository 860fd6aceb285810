"""The payment providers: idempotent calls within their limits, never inside a transaction."""

import pytest
from django.db import transaction

from apps.orders import payments
from apps.orders.models import CardEntry
from thriftshop import clock

pytestmark = pytest.mark.django_db
ORDER = "6f1c7d3e-0000-4000-8000-000000000001"


def authorise(token="tok_ok", amount=10_00, provider="card"):  # noqa: S107 - a sandbox token is no secret
    return payments.call(provider, "authorise", ORDER, amount, "GBP", token)


def capture(key="s1", amount=10_00, provider="card"):
    return payments.call(provider, "capture", ORDER, key, amount, "GBP")


def refund(key="r1", amount=10_00, provider="card"):
    return payments.call(provider, "refund", ORDER, key, amount, "GBP")


def entries(kind):
    return list(CardEntry.objects.filter(kind=kind, outcome="done").values_list("amount", flat=True))


@pytest.mark.parametrize("provider", ["card", "invoice"])
def test_a_repeated_call_returns_the_same_reference(provider):
    assert authorise(provider=provider) == authorise(provider=provider)
    assert capture(provider=provider) == capture(provider=provider)
    assert capture("s1", provider=provider) == capture("s1", provider=provider)
    assert refund(provider=provider) == refund(provider=provider)
    assert payments.call(provider, "void", ORDER) == payments.call(provider, "void", ORDER)


def test_an_amount_is_captured_once_per_key():
    for _ in range(3):
        authorise()
        capture("s1", 4_00)
        capture("s2", 6_00)
        refund("r1", 3_00)
    assert (entries("authorise"), sorted(entries("capture")), entries("refund")) == ([10_00], [4_00, 6_00], [3_00])
    assert CardEntry.objects.get(kind="authorise").calls == 3


def test_captures_are_limited_by_the_authorisation_and_refunds_by_the_captures():
    authorise()
    capture("s1", 8_00)
    with pytest.raises(payments.Failed, match="exceeds the authorised"):
        capture("s2", 2_01)
    with pytest.raises(payments.Failed, match="exceeds the captured"):
        refund("r1", 8_01)
    assert (entries("capture"), entries("refund")) == ([8_00], [])


def test_a_key_is_refused_for_another_amount():
    authorise()
    capture("s1", 1_00)
    with pytest.raises(payments.Failed, match="another amount"):
        capture("s1", 2_00)


def test_nothing_is_captured_without_an_authorisation():
    with pytest.raises(payments.Failed, match="no authorisation"):
        capture()


@pytest.mark.parametrize("token", ["tok_decline", "tok_unheard_of", ""])
def test_a_declined_card_stays_declined(token):
    for _ in range(2):
        with pytest.raises(payments.Declined):
            authorise(token)
    assert entries("authorise") == []


def test_a_delayed_authorisation_succeeds_after_three_seconds(monkeypatch):
    with pytest.raises(payments.Waiting):
        authorise("tok_delay")
    moment = clock.now() + 3_000
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert authorise("tok_delay")


def test_a_failing_card_leaves_no_entry():
    for _ in range(2):
        with pytest.raises(payments.Failed):
            authorise("tok_fail")
    assert not CardEntry.objects.exists()


def test_a_lost_response_leaves_the_authorisation_in_place():
    with pytest.raises(payments.Failed, match="lost"):
        authorise("tok_fail_once")
    assert entries("authorise") == [10_00]
    assert authorise("tok_fail_once")
    assert entries("authorise") == [10_00]


def test_a_voided_authorisation_is_neither_captured_nor_repeated():
    assert payments.call("card", "void", ORDER) == ""
    with pytest.raises(payments.Declined):
        authorise()
    CardEntry.objects.all().delete()
    authorise()
    assert payments.call("card", "void", ORDER)
    with pytest.raises(payments.Failed, match="was voided"):
        capture()


def test_a_delayed_authorisation_that_was_voided_is_declined(monkeypatch):
    with pytest.raises(payments.Waiting):
        authorise("tok_delay")
    assert payments.call("card", "void", ORDER) == ""
    moment = clock.now() + 3_000
    monkeypatch.setattr(clock, "now", lambda: moment)
    with pytest.raises(payments.Declined):
        authorise("tok_delay")


def test_a_provider_is_never_called_inside_a_transaction():
    with pytest.raises(payments.InsideTransaction), transaction.atomic():
        authorise()
    assert not CardEntry.objects.exists()


def test_a_decision_delayed_by_a_wrong_clock_comes_with_the_right_clock(monkeypatch):
    with monkeypatch.context() as wrong:
        ahead = clock.now() + 3_600_000
        wrong.setattr(clock, "now", lambda: ahead)
        with pytest.raises(payments.Waiting):
            authorise("tok_delay")
    assert authorise("tok_delay")
