"""Members of staff at the doors of other services: who gets in, what is told of them, and how long."""

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


def look_up(user):
    with acting.as_service("catalog"):
        return people.service().get_staff(str(user.pk))


def test_a_colleague_is_known_by_address_and_password(transport):
    user = a_colleague()
    member = knock(email=people.EMAIL.upper())
    assert (member.id, member.name, member.is_superuser) == (str(user.pk), user.name, False)
    assert look_up(user) == member


def test_what_they_may_do_is_told_with_the_groups_that_give_it(transport):
    user = a_colleague()
    group = Group.objects.create(name="Counter")
    group.permissions.add(Permission.objects.get(codename="view_user"))
    user.groups.add(group)
    member = look_up(user)
    assert (member.groups, member.permissions) == (["Counter"], ["users.view_user"])


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_who_does_not_work_here_gets_the_same_answer_as_a_wrong_password(transport, fields):
    user = a_colleague()
    with pytest.raises(users.WrongCredentials) as wrong:
        knock("a long way from it")
    models.User.objects.filter(pk=user.pk).update(**fields)
    with pytest.raises(users.WrongCredentials) as shut_out:
        knock()
    assert shut_out.value.message == wrong.value.message
    with pytest.raises(common.NotFound):
        look_up(user)


def test_guessing_at_a_service_s_door_is_slowed_down_like_any_login(transport, move_on):
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


def test_the_stamp_changes_with_the_password_and_with_nothing_else(transport):
    user = a_colleague()
    before = look_up(user).stamp
    models.User.objects.filter(pk=user.pk).update(name="Another Name")
    assert look_up(user).stamp == before
    user.set_password(people.OTHER_PASSWORD)
    user.save()
    assert look_up(user).stamp != before
    assert user.password not in look_up(user).stamp
