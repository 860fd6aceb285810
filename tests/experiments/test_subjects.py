"""Who is assigned to variants: visitors, customers on all their devices, and what they have seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.experiments import domain, reactions
from apps.experiments.models import Exposure
from idl import common, users
from tests import acting
from tests.experiments import steps
from thriftshop import events

pytestmark = pytest.mark.django_db
OWN = f"customer:{acting.CUSTOMER}"


def subject(visitor=None, customer=None):
    with acting.as_customer(customer) if customer else acting.as_stranger():
        return steps.service().resolve_subject(visitor)


def test_a_visitor_is_assigned_by_their_id():
    assert subject("visitor-1").unit == "visitor-1"


def test_a_customer_keeps_the_visitor_s_id_on_all_devices():
    assert subject("phone", acting.CUSTOMER).unit == "phone"
    assert subject("laptop", acting.CUSTOMER).unit == "phone"
    assert subject(None, acting.CUSTOMER).unit == "phone"


def test_what_was_seen_before_the_login_is_carried_over():
    steps.start()
    steps.expose(steps.exposure("phone", "green"))
    assert subject("phone", acting.CUSTOMER).variants == {"button": "green"}


def test_a_customer_without_a_visitor_s_id_is_assigned_by_their_own_and_keeps_it_once_something_was_seen():
    steps.start()
    assert subject(None, acting.CUSTOMER).unit == OWN
    steps.expose(steps.exposure(OWN, "green"))
    assert subject("phone", acting.CUSTOMER).unit == OWN
    assert subject("phone").unit == "phone"


def test_two_customers_of_one_device_do_not_share_an_id():
    assert subject("shared", acting.CUSTOMER).unit == "shared"
    assert subject("shared", acting.OTHER).unit == f"customer:{acting.OTHER}"
    assert subject("other", acting.OTHER).unit == f"customer:{acting.OTHER}"


@pytest.mark.parametrize("visitor", ["", "x" * 65, "two words", "customer:1", "a/b", None])
def test_an_invalid_visitor_s_id_is_refused(visitor):
    with pytest.raises(common.InvalidInput):
        subject(visitor)


def test_an_erased_customer_is_no_longer_linked():
    subject("phone", acting.CUSTOMER)
    record = events.Recorded("1", "users", acting.CUSTOMER, 1, 1, 1, users.UserErased(id=acting.CUSTOMER), None)
    with acting.as_service("experiments"):
        reactions.erase(record)
        reactions.erase(record)
    assert subject(None, acting.CUSTOMER).unit == OWN


def test_an_exposure_is_recorded_once_for_each_visitor_flag_and_variant():
    steps.start()
    steps.start("other")
    assert steps.expose(*[steps.exposure("v1"), steps.exposure("v1"), steps.exposure("v1", flag="other")]) == 2
    assert steps.expose(steps.exposure("v1"), steps.exposure("v2"), steps.exposure("v1", "green")) == 2
    steps.project_all()
    assert sorted(Exposure.objects.values_list("flag", "unit", "variant")) == [
        ("button", "v1", "blue"),
        ("button", "v1", "green"),
        ("button", "v2", "blue"),
        ("other", "v1", "blue"),
    ]
    assert subject("v1").variants == {"button": "blue", "other": "blue"}


def test_exposures_of_flags_that_do_not_run_and_of_invalid_ids_are_left_out():
    steps.start()
    steps.create("draft")
    exposures = [
        steps.exposure("v1", flag="draft"),
        steps.exposure("v1", flag="nothing"),
        steps.exposure("v1", "red"),
        steps.exposure("not an id"),
        steps.exposure("v2"),
    ]
    assert steps.expose(*exposures) == 1
    steps.do("stop_flag", "button", "Done.")
    assert steps.expose(steps.exposure("v3")) == 0


def test_too_many_exposures_are_refused():
    with pytest.raises(common.InvalidInput, match="At most 500"):
        steps.expose(*[steps.exposure("v1")] * 501)


seen = st.lists(st.tuples(st.sampled_from("fg"), st.sampled_from("ab")), max_size=12)


@given(st.lists(seen, max_size=4))
def test_the_first_variant_of_a_flag_stays_whatever_is_reported_later(batches):
    unit, first, recorded = domain.Unit(), {}, []
    for batch in batches:
        for flag, variant in batch:
            first.setdefault(flag, variant)
        for event in domain.expose(unit, [steps.exposure("v", variant, flag) for flag, variant in batch]):
            recorded.append((event.flag, event.variant))
            unit = domain.evolve_unit(unit, event)
    assert unit.variants == first
    assert sorted(recorded) == sorted({pair for batch in batches for pair in batch})
