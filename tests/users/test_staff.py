"""The login of staff at the admins of other services."""

import pytest
from django.contrib.auth.models import Group, Permission

from apps.users import models
from idl import common, users
from tests import acting
from tests.users import people

pytestmark = pytest.mark.django_db

ADDRESS = "203.0.113.7"


def a_colleague(**fields):
    return people.a_user(password=people.PASSWORD, is_staff=True, **fields)


def knock(password=people.PASSWORD, email=people.EMAIL):
    with acting.as_service("catalog"):
        return people.service().authenticate_staff(email, password, ADDRESS)


def get_staff(user):
    with acting.as_service("catalog"):
        return people.service().get_staff(str(user.pk))


def test_staff_are_authenticated_by_address_and_password(transport):
    user = a_colleague()
    member = knock(email=people.EMAIL.upper())
    assert (member.id, member.name, member.is_superuser) == (str(user.pk), user.name, False)
    assert get_staff(user) == member


def test_a_member_of_staff_has_their_permissions_and_groups(transport):
    user = a_colleague()
    group = Group.objects.create(name="Counter")
    group.permissions.add(Permission.objects.get(codename="view_user"))
    user.groups.add(group)
    member = get_staff(user)
    assert (member.groups, member.permissions) == (["Counter"], ["users.view_user"])


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_customers_get_the_same_refusal_as_a_wrong_password(transport, fields):
    user = a_colleague()
    with pytest.raises(users.WrongCredentials) as wrong:
        knock("a long way from it")
    models.User.objects.filter(pk=user.pk).update(**fields)
    with pytest.raises(users.WrongCredentials) as shut_out:
        knock()
    assert shut_out.value.message == wrong.value.message
    with pytest.raises(common.NotFound):
        get_staff(user)


def test_guessing_passwords_at_another_service_s_login_is_throttled(transport, move_on):
    a_colleague()
    answers = set()
    for _ in range(20):
        with pytest.raises((users.TooManyTries, users.WrongCredentials)) as refused:
            knock("guess")
        answers.add(type(refused.value))
    assert answers == {users.TooManyTries, users.WrongCredentials}
    with pytest.raises(users.TooManyTries) as refused:
        knock()
    assert refused.value.retry_after_seconds > 0


def test_the_stamp_changes_only_with_the_password(transport):
    user = a_colleague()
    before = get_staff(user).stamp
    models.User.objects.filter(pk=user.pk).update(name="Another Name")
    assert get_staff(user).stamp == before
    user.set_password(people.OTHER_PASSWORD)
    user.save()
    assert get_staff(user).stamp != before
    assert user.password not in get_staff(user).stamp
