"""Accounts: asked for, proven, closed, opened; who works here."""

import pytest
from django.core import mail
from django.db import transaction

from apps.users import models
from idl import common, users
from tests import acting
from tests.users import people
from thriftshop.events import progress

pytestmark = pytest.mark.django_db

HOUR_MS = 3_600_000


def sign_up(email=people.EMAIL, password=people.PASSWORD, name=people.NAME):
    with acting.as_stranger():
        return people.service().sign_up(email, password, name)


def test_who_signs_up_is_there_with_a_hashed_password_and_an_unproven_address(transport):
    assert sign_up(email=" Ann.Miller@Example.com ") is None
    user = models.User.objects.get()
    assert (user.email, user.name, user.email_verified, user.is_staff) == (people.EMAIL, people.NAME, False, False)
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert people.history(user) == ["UserRegistered"]


def test_a_taken_address_gets_the_same_answer_at_the_same_cost_and_changes_nothing(transport, hashing):
    fresh, cost_of_fresh = sign_up(), hashing()
    user = models.User.objects.get()
    taken, cost_of_taken = sign_up(password=people.OTHER_PASSWORD, name="Mallory"), hashing()
    assert taken == fresh
    assert cost_of_taken == cost_of_fresh == 1
    assert people.again(user).password == user.password
    assert people.again(user).name == people.NAME
    assert people.history(user) == ["UserRegistered", "RegistrationRepeated"]


def test_an_owner_is_bothered_three_times_an_hour_at_most(move_on):
    user = people.a_user()
    for _ in range(5):
        sign_up()
    assert people.history(user).count("RegistrationRepeated") == 3
    move_on(HOUR_MS + 1)
    sign_up()
    assert people.history(user).count("RegistrationRepeated") == 4


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@", "@example.com", "a b@example.com", "ann@example.com\n", "x" * 250 + "@example.com"]
)
def test_what_is_no_email_address_is_refused_and_nobody_is_there(email):
    if email.endswith("\n"):  # blanks around are no fault
        email = "an\nn@example.com"
    with pytest.raises(common.InvalidInput) as refused:
        sign_up(email=email)
    assert refused.value.field == "email"
    assert not models.User.objects.exists()


def test_a_name_of_ten_thousand_characters_is_refused():
    with pytest.raises(common.InvalidInput) as refused:
        sign_up(name="x" * 10_000)
    assert refused.value.field == "name"


def test_the_token_from_the_email_proves_the_address_once(transport):
    sign_up()
    progress.catch_up()
    token = people.token_in(mail.outbox[0])
    with acting.as_stranger():
        people.service().verify_email(token)
        user = models.User.objects.get()
        assert user.email_verified
        with pytest.raises(users.InvalidToken):
            people.service().verify_email(token)
    assert people.history(user) == ["UserRegistered", "EmailVerified"]


def test_a_token_is_refused_when_it_is_old_forged_or_meant_for_something_else(transport, move_on):
    sign_up()
    progress.catch_up()
    token = people.token_in(mail.outbox[0])
    forged = [token[:-1] + ("A" if token[-1] != "A" else "B"), "", "x", "é" * 40, "a:b:c", "x" * 10_000]
    with acting.as_stranger():
        for one in forged:
            with pytest.raises(users.InvalidToken):
                people.service().verify_email(one)
        with pytest.raises(users.InvalidToken):
            people.service().reset_password(token, people.OTHER_PASSWORD)
        move_on(72 * HOUR_MS + 1)
        with pytest.raises(users.InvalidToken):
            people.service().verify_email(token)
    assert not models.User.objects.get().email_verified


def test_the_email_to_verify_comes_again_when_asked_for_until_it_is_proven(transport):
    user = people.a_user(email_verified=False)
    with acting.as_customer(str(user.pk)):
        for _ in range(5):
            people.service().resend_verification()
    progress.catch_up()
    # One for joining, and three of the five asked for within the hour.
    assert len(mail.outbox) == 4
    with acting.as_stranger():
        people.service().verify_email(people.token_in(mail.outbox[-1]))
    with acting.as_customer(str(user.pk)):
        people.service().resend_verification()
    assert people.history(user)[-1] == "EmailVerified"


def test_an_account_is_closed_by_its_owner_and_opened_by_staff(transport):
    user = people.a_user()
    with acting.as_customer(str(user.pk)):
        people.service().deactivate(str(user.pk))
    assert not people.again(user).is_active
    assert people.last_event(user) == users.UserDeactivated(id=str(user.pk), by="user")
    with acting.as_customer(str(user.pk)), pytest.raises(common.Forbidden):
        acting.straight_at(users.UsersService).reactivate(str(user.pk))
    with acting.as_staff("users"):
        people.service().reactivate(str(user.pk))
        people.service().deactivate(str(user.pk))
        people.service().deactivate(str(user.pk))
    assert people.history(user) == ["UserRegistered", "UserDeactivated", "UserReactivated", "UserDeactivated"]
    assert people.last_event(user).by == "staff"


def test_a_closed_account_is_of_no_use_to_who_is_still_logged_in(transport):
    user = people.a_user(is_active=False)
    with acting.as_customer(str(user.pk)):
        for attempt in (
            lambda: people.service().update_profile("New name", None),
            lambda: people.service().put_address(None, people.an_address(), None, False),
            lambda: people.service().export_data(),
            lambda: people.service().change_password(people.PASSWORD, people.OTHER_PASSWORD),
        ):
            with pytest.raises(common.Unauthenticated):
                attempt()
    assert people.history(user) == ["UserRegistered"]


def test_a_colleague_is_invited_and_sets_a_password_with_the_link(transport):
    with acting.as_staff("users"), acting_in_the_admin():
        invited = people.service().add_staff("Bo@example.com", "Bo")
    assert invited.role == common.Role.STAFF
    progress.catch_up()
    assert mail.outbox[0].to == ["bo@example.com"]
    with acting.as_stranger():
        people.service().reset_password(people.token_in(mail.outbox[0]), people.PASSWORD)
    with acting.as_service("sessions"):
        assert people.service().verify_password("bo@example.com", people.PASSWORD).id == invited.id


def test_a_colleague_with_a_taken_address_is_refused(transport):
    people.a_user(email="bo@example.com")
    with acting.as_staff("users"), acting_in_the_admin(), pytest.raises(common.Conflict):
        people.service().add_staff("Bo@example.com", "Bo")
    assert models.User.objects.count() == 1


def test_who_is_staff_no_longer_keeps_no_right(transport):
    user = people.a_user(is_staff=True, is_superuser=True)
    with acting.as_staff("users"), acting_in_the_admin():
        people.service().set_role(str(user.pk), common.Role.CUSTOMER)
        people.service().set_role(str(user.pk), common.Role.CUSTOMER)
    assert (people.again(user).is_staff, people.again(user).is_superuser) == (False, False)
    assert people.history(user) == ["UserRegistered", "RoleChanged"]
    assert people.last_event(user).role == common.Role.CUSTOMER


def test_nobody_takes_their_own_role_away(transport):
    user = people.a_user(is_staff=True)
    with acting.as_staff("users", str(user.pk)), acting_in_the_admin(), pytest.raises(common.Conflict):
        people.service().set_role(str(user.pk), common.Role.CUSTOMER)
    assert people.again(user).is_staff


def test_users_are_given_in_the_order_asked_for_and_unknown_ones_left_out(transport):
    first, second = people.a_user("a@example.com"), people.a_user("b@example.com")
    asked = [str(second.pk), "nonsense", acting.OTHER, str(first.pk), str(second.pk)]
    with acting.as_service("orders"):
        assert [user.id for user in people.service().get_users(asked)] == [str(second.pk), str(first.pk)]
        assert people.service().get_users([]) == []


def test_a_thousand_users_are_given_with_their_addresses_in_a_few_queries(django_assert_max_num_queries):
    rows = [models.User(email=f"u{n}@example.com", name="U") for n in range(1000)]
    models.User.objects.bulk_create(rows)
    with acting.as_service("orders"), django_assert_max_num_queries(4):
        assert len(people.service().get_users([str(row.pk) for row in rows])) == 1000


def test_django_s_own_way_to_make_a_superuser_works_and_is_recorded():
    from django.core.management import call_command

    call_command("createsuperuser", email="Root@Example.com", interactive=False, verbosity=0)
    user = models.User.objects.get_by_natural_key("ROOT@example.com")
    assert (user.is_superuser, user.is_staff, user.has_usable_password()) == (True, True, False)
    assert people.history(user) == ["UserRegistered"]


def test_a_password_set_by_django_s_own_forms_is_a_changed_password():
    user = people.a_user(password=people.PASSWORD)
    user.set_password(people.OTHER_PASSWORD)
    user.save()
    assert people.history(user) == ["UserRegistered", "PasswordChanged"]
    assert people.again(user).version == 2


def test_a_change_that_fails_leaves_neither_row_nor_event():
    user = people.a_user()

    def change_and_fail():
        with transaction.atomic():
            locked = models.lock(str(user.pk))
            locked.is_active = False
            models.change(locked, users.UserDeactivated(id=str(user.pk), by="staff"), ["is_active"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert people.again(user).is_active
    assert people.history(user) == ["UserRegistered"]


def acting_in_the_admin():
    """The admin of the users' context calls as that context."""
    from thriftshop import call_context

    return call_context.using(caller="users")
