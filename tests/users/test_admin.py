"""The admin: logging in, searching, closing and reopening accounts, inviting staff, granting permissions."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse

from apps.sessions import service
from apps.users import models
from tests.users import people
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db

LIST = "/admin/users/user/"


@pytest.fixture
def chief(client):
    """A member of staff who may do everything, logged in."""
    user = people.a_user("chief@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def helper(client):
    """A member of staff who may read and change users, logged in."""
    user = people.a_user("helper@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(user)
    return user


def log_in(client, email, password, address="203.0.113.5", through=""):
    """Submit the login form from an address; `through` is the client's address behind a proxy."""
    form, passed = {"username": email, "password": password}, {"HTTP_X_FORWARDED_FOR": through} if through else {}
    return client.post("/admin/login/?next=/admin/", form, REMOTE_ADDR=address, **passed)


def press(client, user, verb):
    return client.post(reverse("admin:users_user_act", args=[user.pk, verb]), follow=True)


def page_of(client, user):
    return client.get(f"{LIST}{user.pk}/change/").content.decode()


def test_the_login_of_staff_ignores_the_case_of_the_email(client):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    answer = log_in(client, "Chief@Example.com", people.PASSWORD)
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password", "fields"),
    [
        ("chief@example.com", "wrong", {"is_staff": True}),
        ("nobody@example.com", people.PASSWORD, {"is_staff": True}),
        ("chief@example.com", people.PASSWORD, {"is_staff": False}),
        ("chief@example.com", people.PASSWORD, {"is_staff": True, "is_active": False}),
    ],
)
def test_all_refused_logins_have_the_same_response_and_cost(client, hashing, email, password, fields):
    people.a_user("chief@example.com", people.PASSWORD, **fields)
    hashing()
    answer = log_in(client, email, password)
    assert answer.status_code == 200
    assert "password is incorrect, or the account is not a staff account" in answer.content.decode()
    assert hashing() == 1


def test_guessing_passwords_at_the_admin_s_login_is_throttled(client, hashing, move_on):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    for _ in range(5):
        log_in(client, "chief@example.com", "wrong")
    hashing()
    answer = log_in(client, "chief@example.com", people.PASSWORD)
    assert "Too many attempts" in answer.content.decode()
    assert hashing() == 0
    assert log_in(client, "chief@example.com", people.PASSWORD, address="198.51.100.9").status_code == 302


def test_behind_a_proxy_clients_are_throttled_separately(client, settings, move_on):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    settings.PROXIES = 1
    for _ in range(5):
        log_in(client, "chief@example.com", "wrong", through="198.51.100.9")
    assert "Too many" in log_in(client, "chief@example.com", people.PASSWORD, through="198.51.100.9").content.decode()
    assert log_in(client, "chief@example.com", people.PASSWORD, through="198.51.100.10").status_code == 302


def test_a_login_succeeds_if_its_attempt_cannot_be_forgiven(client, monkeypatch):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)

    def away(*_):
        raise rpc.Unavailable("sessions went away just now")

    monkeypatch.setattr(service.Service, "forgive_attempts", away)
    assert log_in(client, "chief@example.com", people.PASSWORD).status_code == 302


def test_logins_are_refused_while_attempts_cannot_be_counted(client, settings):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    settings.CONTEXTS = ["users"]
    answer = log_in(client, "chief@example.com", people.PASSWORD)
    assert "Logging in is not possible at the moment" in answer.content.decode()


def test_accounts_can_be_searched_by_address_and_by_name(client, chief):
    people.a_user()
    people.a_user("bo@example.com", name="Bo Smith", is_active=False)
    for search, listed, missing in (("ann.miller", "ann.miller@", "bo@"), ("Smith", "bo@", "ann.miller@")):
        page = client.get(LIST, {"q": search}).content.decode()
        assert listed in page
        assert missing not in page
    assert "Closed" in client.get(LIST, {"is_active__exact": 0}).content.decode()


def test_an_account_s_page_shows_all_details_and_no_password(client, chief):
    user = people.a_user(password=people.PASSWORD, settings={"currency": "EUR"})
    row = models.Address(user=user, is_default=True)
    row.assign(people.an_address())
    row.save()
    page = page_of(client, user)
    for text in (
        people.EMAIL,
        people.NAME,
        "12 Mill Lane",
        "currency: EUR",
        "/admin/sessions/session/?q=",
        "Close account",
    ):
        assert text in page
    assert "argon2" not in page


def test_buttons_close_and_reopen_an_account_through_the_contract(client, chief):
    user = people.a_user()
    assert "1 account: closed." in press(client, user, "close").content.decode()
    assert "Reopen account" in page_of(client, user)
    assert "1 account: opened again." in press(client, user, "open").content.decode()
    assert people.history(user) == ["UserRegistered", "UserDeactivated", "UserReactivated"]
    assert people.last_event(user).id == str(user.pk)


def test_several_accounts_are_closed_at_once(client, chief):
    users = [people.a_user(f"u{number}@example.com") for number in range(3)]
    form = {"action": "close_accounts", "_selected_action": [str(user.pk) for user in users]}
    assert "3 accounts: closed." in client.post(LIST, form, follow=True).content.decode()
    assert not any(people.reloaded(user).is_active for user in users)


def test_a_button_sends_the_password_reset_email(client, chief):
    user = people.a_user()
    press(client, user, "reset")
    progress.catch_up()
    assert [message.subject for message in mail.outbox] == ["Set a new password"]


def test_the_urls_of_buttons_refuse_get_requests(client, chief):
    user = people.a_user()
    address = reverse("admin:users_user_act", args=[user.pk, "close"])
    assert client.get(address).status_code == 405
    assert press(client, user, "explode").status_code == 404
    assert people.reloaded(user).is_active


def test_staff_are_invited_with_groups_and_get_the_email(client, chief):
    shelves = Group.objects.create(name="Shelf fillers")
    form = {"email": "New.Colleague@Example.com", "name": "New Colleague", "groups": [shelves.pk]}
    answer = client.post(f"{LIST}add/", form, follow=True)
    assert answer.status_code == 200
    user = models.User.objects.get(email="new.colleague@example.com")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert list(user.groups.all()) == [shelves]
    progress.catch_up()
    assert [message.subject for message in mail.outbox] == ["Your staff account at Thrift Shop"]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"email": "Chief@Example.com", "name": "Again"}, "already exists"),
        ({"email": "nonsense", "name": "Again"}, "valid email"),
        ({"email": "x@example.com", "name": ""}, "required"),
        ({"email": "x@example.com", "name": "a\tb"}, "control characters"),
    ],
)
def test_an_invalid_invitation_shows_the_problem_and_creates_no_user(client, chief, form, problem):
    assert problem in client.post(f"{LIST}add/", form, follow=True).content.decode()
    assert models.User.objects.count() == 1


def test_roles_are_granted_and_revoked_through_the_contract(client, chief):
    user, shelves = people.a_user(), Group.objects.create(name="Shelf fillers")
    address = f"{LIST}{user.pk}/change/"
    client.post(address, {"is_staff": "on", "groups": [shelves.pk]})
    assert (people.reloaded(user).is_staff, list(user.groups.all())) == (True, [shelves])
    client.post(address, {"is_staff": "on", "is_superuser": "on"})
    assert (people.reloaded(user).is_superuser, list(user.groups.all())) == (True, [])
    client.post(address, {"is_superuser": "on", "groups": [shelves.pk]})
    assert (people.reloaded(user).is_staff, people.reloaded(user).is_superuser) == (False, False)
    assert list(user.groups.all()) == []
    assert people.history(user) == ["UserRegistered", "RoleChanged", "RoleChanged"]


def test_superusers_cannot_revoke_their_own_role(client, chief):
    answer = client.post(f"{LIST}{chief.pk}/change/", {}, follow=True)
    assert "Ask a colleague" in answer.content.decode()
    assert (people.reloaded(chief).is_staff, people.reloaded(chief).is_superuser) == (True, True)


def test_customer_care_acts_on_customers_and_cannot_grant_permissions(client, helper):
    user, colleague = people.a_user(), people.a_user("colleague@example.com", is_staff=True)
    client.post(f"{LIST}{user.pk}/change/", {"is_staff": "on", "is_superuser": "on"})
    client.post(f"{LIST}{helper.pk}/change/", {"is_staff": "on", "is_superuser": "on"})
    assert not models.User.objects.filter(is_superuser=True).exists()
    assert not people.reloaded(user).is_staff
    assert press(client, colleague, "close").status_code == 403
    form = {"action": "close_accounts", "_selected_action": [str(colleague.pk), str(user.pk)]}
    assert "1 not changed" in client.post(LIST, form, follow=True).content.decode()
    assert (people.reloaded(colleague).is_active, people.reloaded(user).is_active) == (True, False)
    assert client.get(f"{LIST}add/").status_code == 403


def test_customers_have_no_access_to_the_admin(client):
    client.force_login(people.a_user())
    assert client.get(LIST).status_code == 302


def test_closing_the_account_of_staff_ends_their_access_at_once(client, chief):
    models.User.objects.filter(pk=chief.pk).update(is_active=False)
    assert client.get(LIST).status_code == 302


def test_users_cannot_be_deleted_and_the_history_has_no_personal_data(client, chief):
    user = people.a_user()
    assert client.post(f"{LIST}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    press(client, user, "close")
    client.post(f"{LIST}add/", {"email": "x@example.com", "name": "Xaver"})
    entries = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 2
    assert not any(secret in entries for secret in (people.EMAIL, people.NAME, "Xaver", "x@example.com"))


def test_changing_a_password_in_the_admin_records_an_event(client):
    chief = people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    client.force_login(chief)
    new = people.OTHER_PASSWORD
    form = {"old_password": people.PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", form).status_code == 302
    assert people.history(chief) == ["UserRegistered", "PasswordChanged"]


def test_an_erased_account_is_read_only(client, chief):
    user = people.a_user(erased_at=1_700_000_000_000, is_active=False)
    page = page_of(client, user)
    assert "Erased 14 Nov 2023" in page
    assert "Reopen account" not in page
    assert press(client, user, "open").status_code == 403
