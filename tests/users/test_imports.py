"""Users brought in at once."""

import pytest
from django.test import override_settings

from apps.users import models
from idl import common, users
from tests import acting
from tests.users import people
from thriftshop import call_context

pytestmark = pytest.mark.django_db


def bring_in(*given, caller="trade"):
    with acting.as_service(caller):
        return people.service().import_users(list(given))


def somebody(email=people.EMAIL, name=people.NAME, **fields):
    return users.UserImport(email=email, name=name, **fields)


def test_users_are_brought_in_with_their_date_their_addresses_and_no_password(transport):
    with call_context.using(occurred_at=1_262_304_000_000):
        [key] = bring_in(somebody(addresses=[people.an_address(), people.an_address(city="Leeds")]))
    user = models.User.objects.get(pk=key)
    assert (user.joined_at, user.has_usable_password(), user.is_staff) == (1_262_304_000_000, False, False)
    assert [(one.city, one.is_default) for one in user.addresses.all()] == [("York", True), ("Leeds", False)]
    assert people.history(user) == ["UserRegistered"]


def test_who_is_there_stays_as_they_are_and_twice_is_once(transport):
    there = people.a_user()
    first = bring_in(somebody(name="Another"), somebody("b@example.com"), somebody("B@Example.com "))
    assert first[0] == str(there.pk)
    assert first[1] == first[2]
    assert bring_in(somebody("b@example.com"), somebody()) == [first[1], first[0]]
    assert people.again(there).name == people.NAME
    assert models.User.objects.count() == 2


def test_a_password_that_was_brought_along_works(transport):
    [key] = bring_in(somebody(password=people.PASSWORD), caller="demo")
    with acting.as_service("sessions"):
        assert people.service().verify_password(people.EMAIL, people.PASSWORD).id == key


def test_a_fault_anywhere_is_named_and_nobody_is_brought_in(transport):
    with pytest.raises(common.InvalidInput) as refused:
        bring_in(somebody(), somebody("nonsense"))
    assert refused.value.field == "users.1.email"
    assert refused.value.message.startswith("User 2 of the list: ")
    with pytest.raises(common.InvalidInput) as refused:
        bring_in(somebody(), somebody("b@example.com", addresses=[people.an_address(country="XX")]))
    assert refused.value.field == "users.1.address.country"
    assert not models.User.objects.exists()


def test_staff_come_in_only_where_the_shop_is_in_development(transport):
    with pytest.raises(common.Forbidden):
        bring_in(somebody(role=common.Role.STAFF), caller="demo")
    assert not models.User.objects.exists()
    with override_settings(DEBUG=True):
        bring_in(somebody(role=common.Role.STAFF), caller="demo")
    assert models.User.objects.get().is_superuser


def test_a_year_s_customers_come_in_with_a_few_statements(django_assert_max_num_queries):
    given = [somebody(f"{number}@trade.invalid", f"Customer {number}") for number in range(4_400)]
    with django_assert_max_num_queries(100):
        keys = bring_in(*given)
    assert len(set(keys)) == models.User.objects.count() == 4_400
    assert bring_in(*given) == keys


def test_nobody_in_the_list_is_no_error(transport):
    assert bring_in() == []
