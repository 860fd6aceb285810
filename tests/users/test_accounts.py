"""Accounts: signing up, verifying, closing, reopening and inviting staff."""

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


def test_signing_up_creates_a_user_with_a_hashed_password_and_an_unverified_address(transport):
    assert sign_up(email=" Ann.Miller@Example.com ") is None
    user = models.User.objects.get()
    assert (user.email, user.name, user.email_verified, user.is_staff) == (people.EMAIL, people.NAME, False, False)
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert people.history(user) == ["UserRegistered"]


def test_signing_up_with_a_registered_address_has_the_same_response_and_cost_and_no_effect(transport, hashing):
    fresh, cost_of_fresh = sign_up(), hashing()
    user = models.User.objects.get()
    second, cost_of_second = sign_up(password=people.OTHER_PASSWORD, name="Mallory"), hashing()
    assert second == fresh
    assert cost_of_second == cost_of_fresh == 1
    assert people.reloaded(user).password == user.password
    assert people.reloaded(user).name == people.NAME
    assert people.history(user) == ["UserRegistered", "RegistrationRepeated"]


def test_the_owner_of_an_address_gets_at_most_three_emails_an_hour(move_on):
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
def test_an_invalid_email_address_is_refused_and_creates_no_user(email):
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


def test_the_token_in_the_email_verifies_the_address_once(transport):
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


def test_an_expired_forged_or_foreign_token_is_refused(transport, move_on):
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


def test_the_verification_email_can_be_sent_again_until_the_address_is_verified(transport):
    user = people.a_user(email_verified=False)
    with acting.as_customer(str(user.pk)):
        for _ in range(5):
            people.service().resend_verification()
    progress.catch_up()
    # One for signing up, and three of the five requested within the hour.
    assert len(mail.outbox) == 4
    with acting.as_stranger():
        people.service().verify_email(people.token_in(mail.outbox[-1]))
    with acting.as_customer(str(user.pk)):
        people.service().resend_verification()
    assert people.history(user)[-1] == "EmailVerified"


def test_owners_close_accounts_and_staff_reopen_them(transport):
    user = people.a_user()
    with acting.as_customer(str(user.pk)):
        people.service().deactivate(str(user.pk))
    assert not people.reloaded(user).is_active
    assert people.last_event(user) == users.UserDeactivated(id=str(user.pk), by="user")
    with acting.as_customer(str(user.pk)), pytest.raises(common.Forbidden):
        acting.straight_at(users.UsersService).reactivate(str(user.pk))
    with acting.as_staff("users"):
        people.service().reactivate(str(user.pk))
        people.service().deactivate(str(user.pk))
        people.service().deactivate(str(user.pk))
    assert people.history(user) == ["UserRegistered", "UserDeactivated", "UserReactivated", "UserDeactivated"]
    assert people.last_event(user).by == "staff"


def test_a_closed_account_cannot_be_used_with_an_open_session(transport):
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


def test_an_invited_member_of_staff_sets_a_password_with_the_link(transport):
    with acting.as_staff("users"), acting_in_the_admin():
        invited = people.service().add_staff("Bo@example.com", "Bo")
    assert invited.role == common.Role.STAFF
    progress.catch_up()
    assert mail.outbox[0].to == ["bo@example.com"]
    with acting.as_stranger():
        people.service().reset_password(people.token_in(mail.outbox[0]), people.PASSWORD)
    with acting.as_service("sessions"):
        assert people.service().verify_password("bo@example.com", people.PASSWORD).id == invited.id


def test_inviting_staff_with_a_registered_address_is_refused(transport):
    people.a_user(email="bo@example.com")
    with acting.as_staff("users"), acting_in_the_admin(), pytest.raises(common.Conflict):
        people.service().add_staff("Bo@example.com", "Bo")
    assert models.User.objects.count() == 1


def test_leaving_the_staff_removes_all_permissions(transport):
    user = people.a_user(is_staff=True, is_superuser=True)
    with acting.as_staff("users"), acting_in_the_admin():
        people.service().set_role(str(user.pk), common.Role.CUSTOMER)
        people.service().set_role(str(user.pk), common.Role.CUSTOMER)
    assert (people.reloaded(user).is_staff, people.reloaded(user).is_superuser) == (False, False)
    assert people.history(user) == ["UserRegistered", "RoleChanged"]
    assert people.last_event(user).role == common.Role.CUSTOMER


def test_staff_cannot_change_their_own_role(transport):
    user = people.a_user(is_staff=True)
    with acting.as_staff("users", str(user.pk)), acting_in_the_admin(), pytest.raises(common.Conflict):
        people.service().set_role(str(user.pk), common.Role.CUSTOMER)
    assert people.reloaded(user).is_staff


def test_users_are_returned_in_the_order_requested_without_unknown_ones(transport):
    first, second = people.a_user("a@example.com"), people.a_user("b@example.com")
    ids = [str(second.pk), "nonsense", acting.OTHER, str(first.pk), str(second.pk)]
    with acting.as_service("orders"):
        assert [user.id for user in people.service().get_users(ids)] == [str(second.pk), str(first.pk)]
        assert people.service().get_users([]) == []


def test_a_thousand_users_are_returned_with_their_addresses_in_a_few_queries(django_assert_max_num_queries):
    rows = [models.User(email=f"u{n}@example.com", name="U") for n in range(1000)]
    models.User.objects.bulk_create(rows)
    with acting.as_service("orders"), django_assert_max_num_queries(4):
        assert len(people.service().get_users([str(row.pk) for row in rows])) == 1000


def test_createsuperuser_works_and_records_events():
    from django.core.management import call_command

    call_command("createsuperuser", email="Root@Example.com", interactive=False, verbosity=0)
    user = models.User.objects.get_by_natural_key("ROOT@example.com")
    assert (user.is_superuser, user.is_staff, user.has_usable_password()) == (True, True, False)
    assert people.history(user) == ["UserRegistered"]


def test_set_password_records_that_the_password_was_changed():
    user = people.a_user(password=people.PASSWORD)
    user.set_password(people.OTHER_PASSWORD)
    user.save()
    assert people.history(user) == ["UserRegistered", "PasswordChanged"]
    assert people.reloaded(user).version == 2


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
    assert people.reloaded(user).is_active
    assert people.history(user) == ["UserRegistered"]


def acting_in_the_admin():
    """The admin of the users' context calls as that context."""
    from thriftshop import call_context

    return call_context.using(caller="users")
