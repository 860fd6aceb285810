"""Profiles: name, settings, addresses."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from apps.users import domain, models
from idl import common, users
from tests import acting
from tests.users import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return people.a_user()


@pytest.fixture
def as_owner(user):
    with acting.as_customer(str(user.pk)):
        yield


def test_an_update_changes_only_the_fields_that_it_contains(transport, user, as_owner):
    people.service().update_profile(None, {"currency": " eur"})
    changed = people.service().update_profile("Ann M. Miller", None)
    assert (changed.name, changed.settings["currency"], changed.version) == ("Ann M. Miller", "EUR", 3)
    assert people.last_event(user) == users.ProfileChanged(id=str(user.pk), fields=["name"])


def test_an_update_without_differences_records_no_event(transport, user, as_owner):
    people.service().update_profile(people.NAME, {})
    people.service().update_profile(None, None)
    assert people.history(user) == ["UserRegistered"]


@pytest.mark.parametrize(
    ("name", "chosen", "field"),
    [
        ("", None, "name"),
        ("x" * 10_000, None, "name"),
        (None, {"colour": "blue"}, "settings"),
        ("New name", {"currency": "XAU"}, "settings.currency"),
    ],
)
def test_an_invalid_profile_is_refused_as_a_whole(transport, user, as_owner, name, chosen, field):
    with pytest.raises(common.InvalidInput) as refused:
        people.service().update_profile(name, chosen)
    assert refused.value.field == field
    assert (people.reloaded(user).name, people.history(user)) == (people.NAME, ["UserRegistered"])


def test_the_first_address_is_the_default_until_another_becomes_it(transport, user, as_owner):
    home = people.service().put_address(None, people.an_address(), "Home", False)
    assert home.is_default
    work = people.service().put_address(None, people.an_address(city="Leeds"), "Work", True)
    assert work.is_default
    [profile] = people.service().get_users([str(user.pk)])
    assert [(address.label, address.is_default) for address in profile.addresses] == [("Work", True), ("Home", False)]


def test_an_address_can_be_changed(transport, as_owner):
    home = people.service().put_address(None, people.an_address(), "Home", True)
    changed = people.service().put_address(home.id, people.an_address(lines=["1 High St", "Flat 2"]), None, False)
    assert changed.id == home.id
    assert changed.address.lines == ["1 High St", "Flat 2"]
    assert (changed.label, changed.is_default) == (None, True)


def test_the_same_address_is_stored_once(transport, as_owner):
    first = people.service().put_address(None, people.an_address(), "Home", False)
    assert people.service().put_address(None, people.an_address(country="gb"), "Home", False) == first
    assert models.Address.objects.count() == 1


def test_if_the_default_address_is_removed_the_oldest_becomes_the_default(transport, user, as_owner):
    ids = [people.service().put_address(None, people.an_address(city=city), None, True).id for city in "abc"]
    people.service().remove_address(ids[2])
    [profile] = people.service().get_users([str(user.pk)])
    assert [(address.address.city, address.is_default) for address in profile.addresses] == [("a", True), ("b", False)]
    people.service().remove_address(ids[0])
    people.service().remove_address(ids[1])
    assert not models.Address.objects.exists()


def test_the_number_of_addresses_is_limited(as_owner):
    for number in range(domain.MAX_ADDRESSES):
        people.service().put_address(None, people.an_address(lines=[f"{number} Mill Lane"]), None, False)
    with pytest.raises(common.InvalidInput):
        people.service().put_address(None, people.an_address(lines=["one more"]), None, False)
    assert models.Address.objects.count() == domain.MAX_ADDRESSES


@pytest.mark.parametrize("address_id", ["", "nonsense", acting.OTHER, "x" * 10_000])
def test_an_unknown_address_is_not_found(transport, as_owner, address_id):
    with pytest.raises(common.NotFound):
        people.service().remove_address(address_id)
    with pytest.raises(common.NotFound):
        people.service().put_address(address_id, people.an_address(), None, False)
    assert not models.Address.objects.exists()


def test_another_user_s_address_is_not_found(transport, as_owner):
    other = people.a_user("other@example.com")
    with acting.as_customer(str(other.pk)):
        theirs = people.service().put_address(None, people.an_address(), None, False)
    with pytest.raises(common.NotFound):
        people.service().put_address(theirs.id, people.an_address(city="Elsewhere"), None, True)
    with pytest.raises(common.NotFound):
        people.service().remove_address(theirs.id)
    assert models.Address.objects.get().city == "York"


@effort(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), max_size=12))
def test_after_any_changes_exactly_one_address_is_the_default(user, steps):
    """Each step saves or removes one of five addresses, as the default or not."""
    models.Address.objects.all().delete()
    with acting.as_customer(str(user.pk)):
        for number, remove, is_default in steps:
            present = {address.city: str(address.pk) for address in models.Address.objects.all()}
            city = f"Town {number}"
            if remove and city in present:
                people.service().remove_address(present[city])
            elif not remove:
                people.service().put_address(present.get(city), people.an_address(city=city), None, is_default)
            rows = list(models.Address.objects.all())
            assert sum(row.is_default for row in rows) == min(1, len(rows))
