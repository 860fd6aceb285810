"""Prepared queries return what their querysets return."""

import uuid
from collections.abc import Collection
from typing import Any

import pytest
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from apps.users.models import Address, User
from thriftshop.database import prepared

pytestmark = pytest.mark.django_db


@prepared.query
def users(ids: Collection[uuid.UUID]) -> QuerySet[User]:
    return User.objects.filter(pk__in=ids, erased_at=None)


@prepared.query
def addresses_of(user_ids: Collection[uuid.UUID]) -> QuerySet[Address]:
    return Address.objects.filter(user_id__in=user_ids).order_by("label")


@prepared.query
def emails(name: str, active: bool) -> QuerySet[User, str]:
    return User.objects.filter(Q(name=name) | Q(is_active=active)).order_by("email").values_list("email", flat=True)


@prepared.query
def named(name: str) -> QuerySet[User, tuple[str, bool]]:
    return User.objects.filter(name=name).order_by("email")[:2].values_list("email", "is_active")


@prepared.query
def with_lower_names(ids: Collection[uuid.UUID]) -> QuerySet[User]:
    return User.objects.filter(pk__in=ids).annotate(lower_name=Lower("name"))


def create(count):
    return [
        User.objects.create(email=f"{n}@example.com", name=f"Ann {n % 2}", is_active=n % 3 == 0) for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 9])
def test_any_number_of_values_finds_the_rows_of_the_queryset(count):
    created = create(10)[:count]
    assert sorted(users(ids=[user.pk for user in created]), key=lambda user: user.email) == created


def test_instances_equal_those_of_the_queryset_field_by_field():
    create(3)
    for user in users(ids={user.pk for user in User.objects.all()}):
        expected = User.objects.get(pk=user.pk)
        names = [field.attname for field in User._meta.concrete_fields]
        assert [getattr(user, name) for name in names] == [getattr(expected, name) for name in names]
        assert not user._state.adding


def test_foreign_keys_are_compared():
    first, second, third = create(3)
    for user in (first, second, third):
        Address.objects.create(user=user, label=user.name, lines=[])
    addresses = addresses_of(user_ids=[first.pk, second.pk])
    assert [address.user_id for address in addresses] == [first.pk, second.pk]


def test_conditions_are_combined_as_in_the_queryset():
    create(6)
    for name, active in [("Ann 0", True), ("Ann 1", False), ("nobody", True)]:
        assert emails(name=name, active=active) == list(
            User.objects.filter(Q(name=name) | Q(is_active=active)).order_by("email").values_list("email", flat=True)
        )


def test_limits_and_tuples_are_kept():
    create(6)
    assert named(name="Ann 1") == [("1@example.com", False), ("3@example.com", True)]


def test_annotations_are_attributes():
    (user,) = create(1)
    assert [row.lower_name for row in with_lower_names(ids=[user.pk])] == ["ann 0"]


def test_the_sql_is_built_once_for_each_rounded_number_of_values():
    calls = []

    @prepared.query
    def counted(ids: Collection[uuid.UUID]) -> QuerySet[User]:
        calls.append(1)
        return User.objects.filter(pk__in=ids)

    keys = [user.pk for user in create(8)]
    for count in (5, 6, 7, 8, 5):
        assert len(counted(ids=keys[:count])) == count
    assert len(calls) == 1


def test_one_query_is_executed(django_assert_num_queries):
    keys = [user.pk for user in create(3)]
    with django_assert_num_queries(1):
        users(ids=keys)


def test_an_empty_collection_is_not_asked_for(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert users(ids=[]) == []


def test_none_is_refused():
    with pytest.raises(ValueError, match="emails got None for a parameter"):
        emails(name=None, active=True)


def test_what_cannot_be_prepared_is_refused():
    @prepared.query
    def related(name: str) -> QuerySet[Address]:
        return Address.objects.filter(label=name).select_related("user")

    @prepared.query
    def dictionaries(name: str) -> QuerySet[User, Any]:
        return User.objects.filter(name=name).values("email")

    with pytest.raises(TypeError, match="does not follow relations"):
        related(name="home")
    with pytest.raises(TypeError, match="model instances"):
        dictionaries(name="Ann")


def test_json_is_decoded():
    User.objects.create(email="ann@example.com", name="Ann", settings={"currency": "EUR"})

    @prepared.query
    def settings_of(name: str) -> QuerySet[User, dict[str, str]]:
        return User.objects.filter(name=name).values_list("settings", flat=True)

    assert settings_of(name="Ann") == [{"currency": "EUR"}]
