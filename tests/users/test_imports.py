"""Imports of users."""

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


def test_users_are_imported_with_their_date_and_addresses_and_without_password(transport):
    with call_context.using(occurred_at=1_262_304_000_000):
        [key] = bring_in(somebody(addresses=[people.an_address(), people.an_address(city="Leeds")]))
    user = models.User.objects.get(pk=key)
    assert (user.joined_at, user.has_usable_password(), user.is_staff) == (1_262_304_000_000, False, False)
    assert [(address.city, address.is_default) for address in user.addresses.all()] == [
        ("York", True),
        ("Leeds", False),
    ]
    assert people.history(user) == ["UserRegistered"]


def test_existing_users_are_not_changed_and_duplicates_are_imported_once(transport):
    there = people.a_user()
    first = bring_in(somebody(name="Another"), somebody("b@example.com"), somebody("B@Example.com "))
    assert first[0] == str(there.pk)
    assert first[1] == first[2]
    assert bring_in(somebody("b@example.com"), somebody()) == [first[1], first[0]]
    assert people.reloaded(there).name == people.NAME
    assert models.User.objects.count() == 2


def test_an_imported_password_works(transport):
    [key] = bring_in(somebody(password=people.PASSWORD), caller="demo")
    with acting.as_service("sessions"):
        assert people.service().verify_password(people.EMAIL, people.PASSWORD).id == key


def test_an_invalid_user_is_reported_and_nobody_is_imported(transport):
    with pytest.raises(common.InvalidInput) as refused:
        bring_in(somebody(), somebody("nonsense"))
    assert refused.value.field == "users.1.email"
    assert refused.value.message.startswith("User 2 of the list: ")
    with pytest.raises(common.InvalidInput) as refused:
        bring_in(somebody(), somebody("b@example.com", addresses=[people.an_address(country="XX")]))
    assert refused.value.field == "users.1.address.country"
    assert not models.User.objects.exists()


def test_staff_are_imported_only_in_development(transport):
    with pytest.raises(common.Forbidden):
        bring_in(somebody(role=common.Role.STAFF), caller="demo")
    assert not models.User.objects.exists()
    with override_settings(DEBUG=True):
        bring_in(somebody(role=common.Role.STAFF), caller="demo")
    assert models.User.objects.get().is_superuser


def test_thousands_of_customers_are_imported_with_a_few_statements(django_assert_max_num_queries):
    imports = [somebody(f"{number}@trade.invalid", f"Customer {number}") for number in range(4_400)]
    with django_assert_max_num_queries(100):
        keys = bring_in(*imports)
    assert len(set(keys)) == models.User.objects.count() == 4_400
    assert bring_in(*imports) == keys


def test_an_empty_list_is_accepted(transport):
    assert bring_in() == []
