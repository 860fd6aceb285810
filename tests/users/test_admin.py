"""The staff's door: logging in, finding accounts, closing and opening them, inviting colleagues, giving rights."""

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
    """The login form sent from an address; `through` is the client's own where the address is a proxy's."""
    form, passed = {"username": email, "password": password}, {"HTTP_X_FORWARDED_FOR": through} if through else {}
    return client.post("/admin/login/?next=/admin/", form, REMOTE_ADDR=address, **passed)


def press(client, user, verb):
    return client.post(reverse("admin:users_user_act", args=[user.pk, verb]), follow=True)


def page_of(client, user):
    return client.get(f"{LIST}{user.pk}/change/").content.decode()


def test_staff_log_in_with_email_and_password_however_it_is_written(client):
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
def test_everybody_else_gets_one_answer_at_one_cost(client, hashing, email, password, fields):
    people.a_user("chief@example.com", people.PASSWORD, **fields)
    hashing()
    answer = log_in(client, email, password)
    assert answer.status_code == 200
    assert "password is incorrect, or the account is not a staff account" in answer.content.decode()
    assert hashing() == 1


def test_guessing_at_the_admin_s_door_is_slowed_down(client, hashing, move_on):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    for _ in range(5):
        log_in(client, "chief@example.com", "wrong")
    hashing()
    answer = log_in(client, "chief@example.com", people.PASSWORD)
    assert "Too many attempts" in answer.content.decode()
    assert hashing() == 0
    assert log_in(client, "chief@example.com", people.PASSWORD, address="198.51.100.9").status_code == 302


def test_behind_a_proxy_nobody_waits_for_what_others_try(client, settings, move_on):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    settings.PROXIES = 1
    for _ in range(5):
        log_in(client, "chief@example.com", "wrong", through="198.51.100.9")
    assert "Too many" in log_in(client, "chief@example.com", people.PASSWORD, through="198.51.100.9").content.decode()
    assert log_in(client, "chief@example.com", people.PASSWORD, through="198.51.100.10").status_code == 302


def test_a_count_that_cannot_be_taken_back_keeps_nobody_out(client, monkeypatch):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)

    def away(*_):
        raise rpc.Unavailable("sessions went away just now")

    monkeypatch.setattr(service.Service, "forgive_attempts", away)
    assert log_in(client, "chief@example.com", people.PASSWORD).status_code == 302


def test_without_a_place_to_count_tries_nobody_logs_in(client, settings):
    people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    settings.CONTEXTS = ["users"]
    answer = log_in(client, "chief@example.com", people.PASSWORD)
    assert "Logging in is not possible at the moment" in answer.content.decode()


def test_accounts_are_found_by_address_and_by_name(client, chief):
    people.a_user()
    people.a_user("bo@example.com", name="Bo Smith", is_active=False)
    for search, found, missed in (("ann.miller", "ann.miller@", "bo@"), ("Smith", "bo@", "ann.miller@")):
        page = client.get(LIST, {"q": search}).content.decode()
        assert found in page
        assert missed not in page
    assert "Closed" in client.get(LIST, {"is_active__exact": 0}).content.decode()


def test_an_account_s_page_shows_all_there_is_and_no_password(client, chief):
    user = people.a_user(password=people.PASSWORD, settings={"currency": "EUR"})
    row = models.Address(user=user, is_default=True)
    row.assign(people.an_address())
    row.save()
    page = page_of(client, user)
    for shown in (
        people.EMAIL,
        people.NAME,
        "12 Mill Lane",
        "currency: EUR",
        "/admin/sessions/session/?q=",
        "Close account",
    ):
        assert shown in page
    assert "argon2" not in page


def test_an_account_is_closed_and_opened_by_its_buttons_through_the_contract(client, chief):
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
    assert not any(people.again(user).is_active for user in users)


def test_who_cannot_log_in_is_sent_the_email(client, chief):
    user = people.a_user()
    press(client, user, "reset")
    progress.catch_up()
    assert [message.subject for message in mail.outbox] == ["Set a new password"]


def test_a_button_is_pressed_and_never_merely_visited(client, chief):
    user = people.a_user()
    address = reverse("admin:users_user_act", args=[user.pk, "close"])
    assert client.get(address).status_code == 405
    assert press(client, user, "explode").status_code == 404
    assert people.again(user).is_active


def test_a_colleague_is_invited_with_groups_and_gets_the_email(client, chief):
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
    ("form", "said"),
    [
        ({"email": "Chief@Example.com", "name": "Again"}, "already exists"),
        ({"email": "nonsense", "name": "Again"}, "valid email"),
        ({"email": "x@example.com", "name": ""}, "required"),
        ({"email": "x@example.com", "name": "a\tb"}, "control characters"),
    ],
)
def test_an_invitation_at_fault_says_so_and_makes_nobody(client, chief, form, said):
    assert said in client.post(f"{LIST}add/", form, follow=True).content.decode()
    assert models.User.objects.count() == 1


def test_rights_are_given_and_taken_through_the_contract(client, chief):
    user, shelves = people.a_user(), Group.objects.create(name="Shelf fillers")
    address = f"{LIST}{user.pk}/change/"
    client.post(address, {"is_staff": "on", "groups": [shelves.pk]})
    assert (people.again(user).is_staff, list(user.groups.all())) == (True, [shelves])
    client.post(address, {"is_staff": "on", "is_superuser": "on"})
    assert (people.again(user).is_superuser, list(user.groups.all())) == (True, [])
    client.post(address, {"is_superuser": "on", "groups": [shelves.pk]})
    assert (people.again(user).is_staff, people.again(user).is_superuser) == (False, False)
    assert list(user.groups.all()) == []
    assert people.history(user) == ["UserRegistered", "RoleChanged", "RoleChanged"]


def test_nobody_takes_their_own_rights_away(client, chief):
    answer = client.post(f"{LIST}{chief.pk}/change/", {}, follow=True)
    assert "Ask a colleague" in answer.content.decode()
    assert (people.again(chief).is_staff, people.again(chief).is_superuser) == (True, True)


def test_a_helper_acts_on_customers_and_gives_nobody_rights(client, helper):
    user, colleague = people.a_user(), people.a_user("colleague@example.com", is_staff=True)
    client.post(f"{LIST}{user.pk}/change/", {"is_staff": "on", "is_superuser": "on"})
    client.post(f"{LIST}{helper.pk}/change/", {"is_staff": "on", "is_superuser": "on"})
    assert not models.User.objects.filter(is_superuser=True).exists()
    assert not people.again(user).is_staff
    assert press(client, colleague, "close").status_code == 403
    form = {"action": "close_accounts", "_selected_action": [str(colleague.pk), str(user.pk)]}
    assert "1 not changed" in client.post(LIST, form, follow=True).content.decode()
    assert (people.again(colleague).is_active, people.again(user).is_active) == (True, False)
    assert client.get(f"{LIST}add/").status_code == 403


def test_a_customer_is_not_let_in(client):
    client.force_login(people.a_user())
    assert client.get(LIST).status_code == 302


def test_a_closed_member_of_staff_is_out_at_once(client, chief):
    models.User.objects.filter(pk=chief.pk).update(is_active=False)
    assert client.get(LIST).status_code == 302


def test_nobody_is_deleted_and_the_history_names_nobody(client, chief):
    user = people.a_user()
    assert client.post(f"{LIST}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    press(client, user, "close")
    client.post(f"{LIST}add/", {"email": "x@example.com", "name": "Xaver"})
    said = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 2
    assert not any(secret in said for secret in (people.EMAIL, people.NAME, "Xaver", "x@example.com"))


def test_a_password_changed_in_the_admin_is_an_event(client):
    chief = people.a_user("chief@example.com", people.PASSWORD, is_staff=True)
    client.force_login(chief)
    new = people.OTHER_PASSWORD
    form = {"old_password": people.PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", form).status_code == 302
    assert people.history(chief) == ["UserRegistered", "PasswordChanged"]


def test_an_erased_account_can_be_read_and_nothing_else(client, chief):
    user = people.a_user(erased_at=1_700_000_000_000, is_active=False)
    page = page_of(client, user)
    assert "Erased 14 Nov 2023" in page
    assert "Reopen account" not in page
    assert press(client, user, "open").status_code == 403
